/** The lint rule that holds the layers, by itself: which import of which file it refuses. */
import { expect, it } from "vitest";

import { commandTrouble, trouble } from "../../../../scripts/lint/layers.mjs";

const TASKS = "cli/commands/tasks.ts";

it.each(["app/views/tasks.ts", "cli/style.ts", "@fleet/kit/table"])("a command may import %s", (to) => {
  expect(commandTrouble(TASKS, to)).toBeUndefined();
});

it.each([
  "engine/shell/state/leader.ts",
  "engine/core/plan.ts",
  "attempts/records/record.ts",
  "settings/schema.ts",
  "program/version.ts",
  "bd/bd.ts",
  "mcp/server.ts",
  "@fleet/store/store",
  "@fleet/coders/registry",
])("a command must not import %s", (to) => {
  expect(commandTrouble(TASKS, to)).toContain(`a command or screen imports app and kit only, not ${to}`);
});

it("what is no command of a person's, and what is no command, may import what stands below app", () => {
  expect(commandTrouble("cli/screens/tasks-table.ts", "engine/core/reason-text.ts")).toContain("app and kit only");
  expect(commandTrouble("cli/commands/merge-driver.ts", "@fleet/store/store")).toBeUndefined();
  expect(commandTrouble("app/views/tasks.ts", "@fleet/store/store")).toBeUndefined();
});

it("nothing imports what stands above it", () => {
  expect(trouble("engine/core/plan.ts", "engine/shell/loop/loop.ts")).toMatch(/imports nothing of engine\/shell/);
  expect(trouble("app/open.ts", "cli/style.ts")).toMatch(/imports nothing of cli, bd, mcp/);
  expect(trouble("cli/cli.ts", "app/open.ts")).toBeUndefined();
});
