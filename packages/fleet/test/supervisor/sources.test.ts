/** Of which directories no clone can be made, asked beside the loop. */
import { setImmediate } from "node:timers/promises";

import { ShortageError } from "@fleet/kit/shortage";
import { expect, test } from "vitest";

import { Sources } from "../../src/engine/shell/observe/sources.ts";

const taskIn = (cwd: string) => ({ id: `tt-${cwd.slice(1)}`, cwd, base: "head", target: undefined }) as const;
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
  expect(sources.of(task)).toEqual({ kind: "refused", why: "it can't be looked at: EACCES: /a/.git/objects" });
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
