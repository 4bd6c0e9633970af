/** The lint rule that holds the layers, by itself: which import of which file it refuses. */
import { expect, it } from "vitest";

import { frontTrouble, trouble } from "../../../../scripts/lint/layers.mjs";

const TASKS = "cli/commands/tasks.ts";

it.each(["app/views/tasks.ts", "cli/style.ts", "@fleet/kit/table"])("a command may import %s", (to) => {
  expect(frontTrouble(TASKS, to)).toBeUndefined();
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
  expect(frontTrouble(TASKS, to)).toContain(`imports app, kit and cli only, not ${to}`);
});

it.each([
  ["bd/created.ts", "@fleet/store/store", undefined],
  ["bd/created.ts", "cli/screens/task-header.ts", undefined],
  ["bd/created.ts", "settings/in-force.ts", "bd/ imports app, kit, store and cli, bd only"],
  ["bd/verbs/update.ts", "attempts/limits/flags.ts", "bd/ imports app"],
  ["bd/created.ts", "@fleet/coders/registry", "bd/ imports app"],
  ["mcp/server.ts", "bd/call.ts", undefined],
  ["mcp/server.ts", "attempts/questions/ask.ts", "mcp/ imports app"],
  ["cli/completion/levels.ts", "bd/table.ts", undefined],
  ["cli/completion/levels.ts", "settings/schema.ts", "cli/ imports app, kit and cli, bd only"],
  ["cli/screens/tasks-table.ts", "engine/core/reason-text.ts", "cli/screens/ imports app, kit and cli only"],
  // A merge by git, perhaps where no home is.
  ["cli/commands/merge-driver.ts", "@fleet/store/store", undefined],
  ["app/views/tasks.ts", "@fleet/store/store", undefined],
])("%s that imports %s is told: %s", (from, to, told) => {
  const said = frontTrouble(from, to);
  if (told === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(told);
});

it("no layer imports one above it", () => {
  expect(trouble("engine/core/plan.ts", "engine/shell/loop/loop.ts")).toMatch(/imports nothing of engine\/shell/);
  expect(trouble("app/open.ts", "cli/style.ts")).toMatch(/imports nothing of cli, bd, mcp/);
  expect(trouble("cli/cli.ts", "app/open.ts")).toBeUndefined();
});
