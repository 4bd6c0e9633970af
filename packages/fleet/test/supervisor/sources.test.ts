/** In which directories no task can begin, asked beside the loop. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { ShortageError, shortageOf } from "@fleet/kit/shortage";
import { expect, test } from "vitest";

import { Sources } from "../../src/engine/shell/observe/sources.ts";
import { sourcesShown } from "../../src/engine/shell/observe/sources-seen.ts";
import { workspaceDir } from "../../src/workspaces/paths.ts";
import { writeWorkspace } from "../../src/workspaces/record.ts";

const taskIn = (cwd: string) =>
  ({ id: `tt-${cwd.slice(1)}`, cwd, isolated: true, base: "head", target: undefined }) as const;
const here = { home: "/nowhere", env: {}, now: () => 0 };

test("a source that can't be looked at is a reason to wait; a shortage of the machine is none, is told, and it is asked again", async () => {
  let [asked, now] = [0, 0];
  const told: string[] = [];
  const short = (error: unknown, about: string): boolean => told.push(`${about}: ${shortageOf(error)}`) > 0;
  const sources = new Sources({ ...here, now: () => now, short }, () => {
    asked++;
    return Promise.reject(asked === 1 ? new ShortageError("processes", "git") : new Error("EACCES: /a/.git/objects"));
  });
  const task = taskIn("/a");
  expect(sources.of(task)).toEqual({ kind: "asked" });
  await setImmediate();
  expect(told).toEqual(["look at /a: processes"]);
  expect(sources.isShort).toBe(true);
  const { version } = sources;
  // As the loop does: it looks at the task again only where there is news.
  sources.refresh();
  expect(asked).toBe(1);
  now = 1_001;
  sources.refresh();
  await setImmediate();
  expect(asked).toBe(2);
  expect(sources.version).toBeGreaterThan(version);
  expect(sources.isShort).toBe(false);
  expect(sources.of(task)).toEqual({ kind: "no-clone", why: "it can't be looked at: EACCES: /a/.git/objects" });
});

test("what nobody waits for is not asked again after a shortage", async () => {
  let [asked, now] = [0, 0];
  const sources = new Sources({ ...here, now: () => now }, () => {
    asked++;
    return Promise.reject(new ShortageError("files", "sh"));
  });
  sources.of(taskIn("/a"));
  await setImmediate();
  sources.only([]);
  now = 60_000;
  sources.refresh();
  expect(asked).toBe(1);
  expect(sources.isShort).toBe(false);
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
