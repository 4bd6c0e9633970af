/** In which directories no task can begin, asked beside the loop. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { ShortageError } from "@fleet/kit/shortage";
import { expect, test } from "vitest";

import { Sources } from "../../src/engine/shell/observe/sources.ts";
import { sourcesShown } from "../../src/engine/shell/observe/sources-seen.ts";
import { workspaceDir } from "../../src/workspaces/paths.ts";
import { writeWorkspace } from "../../src/workspaces/record.ts";

const taskIn = (cwd: string) =>
  ({ id: `tt-${cwd.slice(1)}`, cwd, isolated: true, base: "head", target: undefined }) as const;
const here = { home: "/nowhere", env: {}, now: () => 0 };

test("a source that can't be looked at is a reason to wait; a shortage of the machine is none, and it is asked again", async () => {
  let asked = 0;
  const sources = new Sources(here, () => {
    asked++;
    return Promise.reject(asked === 1 ? new ShortageError("processes", "git") : new Error("EACCES: /a/.git/objects"));
  });
  const task = taskIn("/a");
  expect(sources.of(task)).toEqual({ kind: "asked" });
  await setImmediate();
  const { version } = sources;
  expect(sources.of(task)).toEqual({ kind: "asked" });
  await setImmediate();
  expect(sources.version).toBeGreaterThan(version);
  expect(sources.of(task)).toEqual({ kind: "no-clone", why: "it can't be looked at: EACCES: /a/.git/objects" });
  expect(asked).toBe(2);
});

test("of many directories a few are asked at once, and all in the end", async () => {
  const open: (() => void)[] = [];
  const sources = new Sources(here, () => new Promise((resolve) => open.push(() => resolve({ kind: "possible" }))));
  const tasks = Array.from({ length: 20 }, (_, n) => taskIn(`/d${n}`));
  const unanswered = (): number => tasks.filter((task) => sources.of(task).kind === "asked").length;
  let [version, most] = [-1, 0];
  for (let left = tasks.length; left > 0;) {
    // As the loop does: the queue is read anew where there is news.
    expect(sources.version).not.toBe(version);
    version = sources.version;
    left = unanswered();
    most = Math.max(most, open.length);
    for (const answer of open.splice(0)) answer();
    await setImmediate();
  }
  expect(most).toBe(8);
});

test("the loop looks out for a first answer, and for no longer than a second", async () => {
  let now = 0;
  const answers: (() => void)[] = [];
  const ask = () => new Promise<{ kind: "possible" }>((resolve) => answers.push(() => resolve({ kind: "possible" })));
  const sources = new Sources({ ...here, now: () => now }, ask);
  const task = taskIn("/slow");
  expect(sources.isDue).toBe(false);
  sources.of(task);
  expect(sources.isDue).toBe(true);
  now = 1_000;
  expect(sources.isDue).toBe(false);
  now = 0;
  for (const answer of answers.splice(0)) answer();
  await setImmediate();
  expect(sources.isDue).toBe(false);
});

test("what is in the way is told of whoever it concerns: by directory, where that was, and what has to be there", async () => {
  const ask = (task: { was?: unknown }) =>
    Promise.resolve(
      task.was === undefined
        ? ({ kind: "no-clone", why: "bare" } as const)
        : ({ kind: "strayed", why: "gone" } as const),
    );
  const sources = new Sources(here, ask);
  const plain = { ...taskIn("/a"), isolated: false };
  const moved = { ...plain, was: { top: "/a" } };
  const cloned = taskIn("/a");
  for (const task of [plain, moved, cloned]) sources.of(task);
  await setImmediate();
  const told = [plain, moved, cloned].map((task) => sources.of(task).kind);
  expect(told).toEqual(["possible", "strayed", "no-clone"]);
  const elsewhere = sourcesShown("/nowhere", sources.refused);
  expect([plain, moved, cloned].map((task) => elsewhere.of(task).kind)).toEqual(told);
});

test("a workspace that was begun and is not whole still needs its source", () => {
  const home = mkdtempSync(join(tmpdir(), "fleet-sources-"));
  try {
    const task = taskIn("/b");
    const dir = workspaceDir(home, task.id);
    mkdirSync(dir, { recursive: true });
    const record = {
      dir,
      below: "",
      branch: "fleet/b",
      base: "",
      source: { top: "/b", common_dir: "/b/.git" },
      depot: "/d",
      alternates: "",
      made_at: "",
      ready: false,
    };
    writeWorkspace(home, task.id, record);
    const sources = new Sources({ ...here, home }, () => Promise.resolve({ kind: "possible" }));
    expect(sources.of(task)).toEqual({ kind: "asked" });
    writeWorkspace(home, task.id, { ...record, ready: true });
    expect(sources.of(task)).toEqual({ kind: "possible" });
    writeWorkspace(home, task.id, { ...record, ready: true, setup: { command: "make", ms: 1, output: "" } });
    expect(sources.of(task)).toEqual({ kind: "possible", isSetUp: true });
  } finally {
    rmSync(home, { recursive: true });
  }
});
