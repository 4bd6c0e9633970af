/** What is told of the work that a branch has not, when it is taken out. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { leftOut } from "../../src/app/operations/left-out.ts";
import { keptIn, lastKept, snapshotOf } from "../../src/workspaces/kept.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { ensureIn, makeGround } from "./support.ts";

test("reports uncommitted files, other branches and the stash with a branch, but no files with --attempt", async () => {
  const ground = makeGround();
  const { dir, depot, branch } = await ensureIn(ground);
  const git = (...args: string[]) => ground.gitIn(dir, ...args);
  const take = async (attempt: string) => {
    await takeBack(ground.making, { task: "t-1", attempt, depot, top: dir, branch });
    return keptIn(depot, "t-1");
  };
  const last = (kept: ReturnType<typeof keptIn>) => {
    const found = lastKept(kept, "t-1", "branch");
    if (found === undefined) throw new Error("no branch is kept");
    return found;
  };
  writeFileSync(join(dir, "f"), "committed\n");
  git("commit", "-qam", "work");
  const whole = await take("1");
  expect(await leftOut(ground.env, whole, last(whole))).toEqual({ attempt: null, uncommitted: 0, refs: [] });
  writeFileSync(join(dir, "f"), "put aside\n");
  git("stash", "-q");
  git("branch", "merged");
  git("switch", "-q", "-c", "side");
  git("commit", "-q", "--allow-empty", "-m", "beside");
  git("switch", "-q", branch);
  git("commit", "-q", "--allow-empty", "-m", "more");
  writeFileSync(join(dir, "f"), "changed\n");
  writeFileSync(join(dir, "new"), "new\n");
  const kept = await take("2");
  const refs = ["heads/side", "stash/0"].map((name) => `refs/attempts/t-1/2/${name}`);
  expect(await leftOut(ground.env, kept, last(kept))).toEqual({ attempt: 2, uncommitted: 2, refs });
  const files = snapshotOf(kept, "t-1", 2);
  if (files === undefined) throw new Error("no files are kept");
  expect(await leftOut(ground.env, kept, files)).toEqual({ attempt: null, uncommitted: 0, refs });
  // What became of it since, as it was taken when the clone was deleted.
  const later = await take("2/later");
  expect(await leftOut(ground.env, later, last(later))).toMatchObject({
    uncommitted: 2,
    refs: refs.map((name) => name.replace("/2/", "/2/later/")),
  });
});
