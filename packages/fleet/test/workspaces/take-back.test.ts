/** What an attempt made, taken into the depot without its configuration: whatever becomes of the workspace, it is there. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { makingDir } from "../../src/workspaces/paths.ts";
import { prove } from "../../src/workspaces/proof.ts";
import { attemptRefs, type Taken, takeBack } from "../../src/workspaces/take-back.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";
import { ensureIn, type Ground, makeGround, pictureOf } from "./support.ts";

const takeFrom = async ({ making }: Ground, { dir, depot, branch }: WorkspaceRecord, attempt = "1"): Promise<Taken> =>
  await takeBack(making, { task: "t-1", attempt, depot, top: dir, branch });

test("commits, changes, staged and new files, other branches, stash and tags are in the depot once the workspace is gone", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  writeFileSync(join(dir, "stashed"), "stashed\n");
  gitIn(dir, "stash", "-q", "-u");
  writeFileSync(join(dir, "f"), "stashed too\n");
  gitIn(dir, "stash", "-q");
  gitIn(dir, "checkout", "-qb", "side");
  gitIn(dir, "commit", "-q", "--allow-empty", "-m", "aside");
  gitIn(dir, "tag", "mine");
  gitIn(dir, "checkout", "-q", "fleet/t-1");
  writeFileSync(join(dir, "f"), "three\n");
  gitIn(dir, "commit", "-qam", "three");
  writeFileSync(join(dir, "staged"), "staged\n");
  gitIn(dir, "add", "staged");
  writeFileSync(join(dir, "new\nline"), "new\n");
  writeFileSync(join(dir, "packages/api/a"), "changed\n");
  const index = readFileSync(join(dir, ".git/index"));
  const taken = await takeFrom(ground, record);
  expect(readFileSync(join(dir, ".git/index")).equals(index)).toBe(true);
  expect(taken).toMatchObject({ tip: gitIn(dir, "rev-parse", "HEAD"), nested: [], left: [] });
  rmSync(dir, { recursive: true });
  const at = attemptRefs("t-1", "1");
  expect(gitIn(depot, "for-each-ref", "--format=%(refname)", at).split("\n")).toEqual(
    ["branch", "heads/side", "snapshot", "stash/0", "stash/1", "tags/mine"].map((name) => `${at}/${name}`),
  );
  expect(gitIn(depot, "log", "--format=%s", `${at}/branch`)).toBe("three\ntwo\none");
  expect(gitIn(depot, "diff", "--name-status", "-z", `${at}/branch`, `${at}/snapshot`)).toBe(
    "A\0new\nline\0M\0packages/api/a\0A\0staged\0",
  );
  expect(gitIn(depot, "show", `${at}/stash/0:f`)).toBe("stashed too");
  expect(gitIn(depot, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
});

test("what a rebase that was left open has put aside is kept, and the commit that was being picked", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  gitIn(dir, "checkout", "-qb", "side", "HEAD~1");
  writeFileSync(join(dir, "f"), "side\n");
  gitIn(dir, "commit", "-qam", "aside");
  gitIn(dir, "checkout", "-q", "fleet/t-1");
  writeFileSync(join(dir, "packages/api/a"), "not committed\n");
  expect(() => gitIn(dir, "rebase", "-q", "--autostash", "side")).toThrow(/conflict/i);
  await takeFrom(ground, record);
  // The next attempt goes on with it.
  expect(await prove(ground.making, record)).toEqual({ kind: "whole" });
  rmSync(dir, { recursive: true });
  const at = `${attemptRefs("t-1", "1")}/open`;
  expect(gitIn(depot, "show", `${at}/rebase-merge-autostash/0:packages/api/a`)).toBe("not committed");
});

test("nothing that the agent configured runs, and what it hid is seen", async () => {
  const ground = makeGround();
  const { gitIn, dir: outside } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  const mark = join(outside, "ran");
  const canary = join(outside, "canary");
  writeFileSync(canary, `#!/bin/sh\ntouch ${mark}\ncat\n`);
  chmodSync(canary, 0o755);
  gitIn(dir, "init", "-q", "inner");
  gitIn(join(dir, "inner"), "commit", "-q", "--allow-empty", "-m", "inner");
  gitIn(dir, "update-index", "--add", "--cacheinfo", `160000,${gitIn(join(dir, "inner"), "rev-parse", "HEAD")},inner`);
  gitIn(dir, "update-index", "--assume-unchanged", "f");
  writeFileSync(join(dir, "f"), "hidden\n");
  appendFileSync(join(dir, ".git/info/attributes"), "* filter=mine\n");
  for (const at of [dir, join(dir, "inner")]) {
    for (const key of [
      "core.fsmonitor",
      "filter.mine.clean",
      "core.alternateRefsCommand",
      "uploadpack.packObjectsHook",
    ])
      gitIn(at, "config", "--file", join(at, ".git/config"), key, canary);
    gitIn(at, "config", "--file", join(at, ".git/config"), "filter.mine.required", "true");
    mkdirSync(join(at, ".git/hooks"), { recursive: true });
    for (const hook of ["reference-transaction", "post-index-change", "pre-commit"])
      writeFileSync(join(at, ".git/hooks", hook), readFileSync(canary), { mode: 0o755 });
  }
  rmSync(mark, { force: true });
  const before = pictureOf(join(dir, ".git"));
  expect((await takeFrom(ground, record)).left).toEqual([]);
  expect(existsSync(mark)).toBe(false);
  expect(pictureOf(join(dir, ".git"))).toEqual(before);
  expect(gitIn(depot, "show", `${attemptRefs("t-1", "1")}/snapshot:f`)).toBe("hidden");
});

test("a submodule that is not populated stays in the snapshot, one that was deleted does not", async () => {
  const ground = makeGround();
  const { gitIn, git } = ground;
  const link = `160000,${git("rev-parse", "HEAD")}`;
  for (const path of ["lib", "other"]) git("update-index", "--add", "--cacheinfo", `${link},${path}`);
  git("commit", "-qm", "submodules");
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  expect(existsSync(join(dir, "lib"))).toBe(true);
  rmSync(join(dir, "other"), { recursive: true });
  await takeFrom(ground, record);
  const at = attemptRefs("t-1", "1");
  expect(gitIn(depot, "diff", "--name-status", `${at}/branch`, `${at}/snapshot`)).toBe("D\tother");
});

test("a repository inside one inside is no link of the outermost, and nothing is left where it was taken", async () => {
  const ground = makeGround();
  const { gitIn, home } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  for (const path of ["mid", "mid/leaf"]) {
    gitIn(dir, "init", "-q", path);
    gitIn(join(dir, path), "commit", "-q", "--allow-empty", "-m", path);
  }
  await takeFrom(ground, record, "1/later");
  const files = `${attemptRefs("t-1", "1/later")}/snapshot`;
  expect(gitIn(depot, "ls-tree", "-r", "--format=%(objecttype) %(path)", files)).toContain("commit mid");
  expect(gitIn(depot, "ls-tree", "-r", "--name-only", files)).not.toContain("mid/leaf");
  expect(readdirSync(makingDir(home)).filter((name) => name.includes("take"))).toEqual([]);
});

test.each(["", "HEAD"])("files are kept where the agent deleted the git directory (.git/%s)", async (name) => {
  const ground = makeGround();
  const { gitIn, making } = ground;
  const record = await ensureIn(ground);
  const { dir, depot, base: began } = record;
  writeFileSync(join(dir, "f"), "three\n");
  writeFileSync(join(dir, "new"), "new\n");
  rmSync(join(dir, ".git", name), { recursive: true });
  const taken = await takeBack(making, { task: "t-1", attempt: "1", depot, top: dir, branch: record.branch, began });
  expect(taken.left).toContainEqual(expect.stringContaining("its git directory is gone"));
  expect(gitIn(depot, "diff", "--name-status", began, taken.snapshot)).toBe("M\tf\nA\tnew");
  expect(gitIn(depot, "rev-parse", `${taken.snapshot}^`)).toBe(began);
});

test("of what can't be kept with a very long path so much is told as can be read", async () => {
  const ground = makeGround();
  const record = await ensureIn(ground);
  const below = `d=$(printf '%0200d' 0); for i in $(seq 15); do mkdir $d && cd $d; done; touch git~1`;
  execFileSync("sh", ["-ec", below], { cwd: record.dir });
  const { left } = await takeFrom(ground, record);
  expect(left).not.toEqual([]);
  expect(left.filter((what) => what.length > 300)).toEqual([]);
});
