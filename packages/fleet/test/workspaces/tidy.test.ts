/** What is let go is gone from the disk, whether git packed it or not. */
import { lstatSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { dropRefs } from "../../src/workspaces/remove.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { markUntidy, tidyDepot } from "../../src/workspaces/tidy.ts";
import { ensureIn, type Ground, makeGround } from "./support.ts";

/** The commits of a task's stash and branch; of more files than git leaves unpacked, where `many`. */
async function worked(ground: Ground, task: string, many: boolean) {
  const { dir, depot, branch } = await ensureIn(ground, task);
  const git = (...args: string[]) => ground.gitIn(dir, ...args);
  for (let n = 0; n < (many ? 150 : 1); n++) writeFileSync(join(dir, `${task}-${n}`), `${task} ${n}\n`);
  git("add", "-A");
  git("commit", "-qm", task);
  writeFileSync(join(dir, "stashed"), `of ${task}\n`);
  git("stash", "-q", "-u");
  const commits = [git("rev-parse", "HEAD"), git("rev-parse", "stash")];
  await takeBack(ground.making, { task, attempt: "1", depot, top: dir, branch });
  return { depot, commits };
}

test("work that was let go leaves no object, packed or not; that of others and of the source stays", async () => {
  const ground = makeGround();
  const { making, gitIn } = ground;
  const few = await worked(ground, "t-1", false);
  const many = await worked(ground, "t-2", true);
  const other = await worked(ground, "t-3", true);
  const { depot } = few;
  const packs = () => readdirSync(join(depot, "objects/pack")).filter((name) => name.endsWith(".pack"));
  const shared = packs().filter((name) => lstatSync(join(depot, "objects/pack", name)).nlink > 1);
  expect(shared).toHaveLength(1);
  const there = (commits: readonly string[]) =>
    commits.filter((oid) => !gitIn(depot, "cat-file", "--batch-all-objects", "--batch-check").includes(oid)).length ===
    0;
  for (const task of ["t-1", "t-2"])
    for (const kind of ["attempts", "base", "keep"]) await dropRefs(making, depot, `refs/${kind}/${task}`);
  // Nothing was let go as far as it knows.
  await tidyDepot(making, depot);
  expect(there([...few.commits, ...many.commits])).toBe(true);
  markUntidy(depot);
  await tidyDepot(making, depot);
  const left = gitIn(depot, "cat-file", "--batch-all-objects", "--batch-check");
  for (const oid of [...few.commits, ...many.commits]) expect(left).not.toContain(oid);
  expect(there(other.commits)).toBe(true);
  expect(packs()).toEqual(expect.arrayContaining(shared));
  expect(gitIn(depot, "fsck", "--connectivity-only")).toBe("");
});
