import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Act } from "../src/decision.ts";
import { createHome } from "../src/create-home.ts";
import { close } from "../src/ops/close.ts";
import { create } from "../src/ops/create.ts";
import { remember } from "../src/ops/memory.ts";
import { remove } from "../src/ops/remove.ts";
import { refreshRendering, renderExport } from "../src/rendering.ts";
import { Store } from "../src/store.ts";

let home: string;
let store: Store;
const act: Act = {
  actor: "Test User",
  email: "t@example.com",
  now: Date.parse("2026-03-11T10:30:15.678Z"),
  uuid: () => "u",
};
const issue = { type: "task" as const, priority: 2 };

const lines = (options = {}): unknown[] =>
  [...renderExport(store.snapshot(), options)].map((line) => {
    const value: unknown = JSON.parse(line);
    return value;
  });

beforeEach(async () => {
  home = mkdtempSync(join(realpathSync(tmpdir()), "fleet-rendering-"));
  await createHome(home, { prefix: "tt", author: { name: "a", email: "a@b" }, seconds: 1 });
  store = new Store(home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const add = async (id: string, more: Partial<Parameters<typeof create>[2]> = {}): Promise<void> => {
  await store.transact(act, (s) => create(s, act, { ...issue, title: id, id, ...more }));
};

describe("the export form", () => {
  test("an issue, its fields in beads' order, whole seconds, sorted labels, nothing of this machine", async () => {
    await add("tt-b", {
      description: "see",
      labels: ["y", "x"],
      metadata: { k: "v", cwd: "/w", path: "/bin", fleet: {} },
    });
    expect([...renderExport(store.snapshot())].join("")).toBe(
      '{"_type":"issue","id":"tt-b","title":"tt-b","description":"see","status":"open","priority":2,"issue_type":"task",' +
        '"owner":"t@example.com","created_at":"2026-03-11T10:30:15Z","created_by":"Test User","updated_at":"2026-03-11T10:30:15Z",' +
        '"metadata":{"k":"v"},"labels":["x","y"],"dependency_count":0,"dependent_count":0,"comment_count":0}\n',
    );
  });

  test("closed ones are in it; deleted, ephemeral, templates and messages are not; most urgent first", async () => {
    await add("tt-a", { priority: 3 });
    await add("tt-c", { priority: 0, edges: [{ to: "tt-a", type: "blocks" }] });
    await add("tt-d");
    await add("tt-e", { ephemeral: true });
    await add("tt-m", { type: "message" });
    await store.transact(act, (s) => remove(s, act, { id: "tt-d" }));
    await store.transact(act, (s) => close(s, act, { id: "tt-a", reason: "done" }));
    await store.transact(act, (s) => remember(s, act, { key: "k", value: "v" }));
    expect(lines()).toMatchObject([
      { id: "tt-c", dependency_count: 1, dependencies: [{ issue_id: "tt-c", depends_on_id: "tt-a", metadata: "{}" }] },
      { id: "tt-a", status: "closed", dependent_count: 1 },
    ]);
    expect(lines({ infra: true })).toHaveLength(3);
    expect(lines({ all: true, memories: true }).at(-1)).toMatchObject({
      _type: "memory",
      key: "k",
      value: "v",
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(lines({ all: true })).toHaveLength(4);
  });
});

describe("the rendering beside the home", () => {
  const file = (): string => join(home, ".beads", "issues.jsonl");

  test("is written when the branch has moved, and only then", async () => {
    expect(refreshRendering(store)).toBe(true);
    expect(readFileSync(file(), "utf8")).toBe("");
    expect(refreshRendering(store)).toBe(false);
    await add("tt-a");
    expect(refreshRendering(store)).toBe(true);
    expect(readFileSync(file(), "utf8")).toBe([...renderExport(store.snapshot())].join(""));
    const before = statSync(file()).mtimeMs;
    expect(refreshRendering(store)).toBe(false);
    expect(statSync(file()).mtimeMs).toBe(before);
  });

  test("comes back when it was deleted, and names no database", async () => {
    refreshRendering(store);
    rmSync(join(home, ".beads"), { recursive: true });
    expect(refreshRendering(store)).toBe(true);
    const metadata: unknown = JSON.parse(readFileSync(join(home, ".beads", "metadata.json"), "utf8"));
    expect(metadata).toMatchObject({ backend: "jsonl" });
    rmSync(join(home, "run"), { recursive: true });
    expect(refreshRendering(store)).toBe(true);
    expect(existsSync(join(home, "run", "rendered"))).toBe(true);
  });
});
