/** Files of git-lfs, with git-lfs itself: in a clone, taken back, given again, put back. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { keptIn } from "../../src/workspaces/kept.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";
import { before, restoreWorkspace } from "../../src/workspaces/restore.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { gitLfs } from "../support/git-lfs.ts";
import { ensureIn, type Ground, makeGround, pictureOf } from "./support.ts";

/** `scope`: where a person has the filter, in all repositories or in this one. */
function withLfs(ground: Ground, scope: "--skip-repo" | "--local"): void {
  const { git, write } = ground;
  git("lfs", "install", scope);
  git("lfs", "track", "*.bin");
  write("a.bin", "large\n");
  git("add", "-A");
  git("commit", "-qm", "large");
}

const take = async ({ making }: Ground, { depot, branch, dir }: WorkspaceRecord, attempt: string) =>
  await takeBack(making, { task: "t-1", attempt, depot, top: dir, branch });

/** As if they had been written long before git looked at them: it need not look again. */
function age({ gitIn }: Ground, dir: string): void {
  for (const name of ["a.bin", "b.bin"]) utimesSync(join(dir, name), 1_700_000_000, 1_700_000_000);
  gitIn(dir, "status");
}

const reads = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");

test.for([
  ["--skip-repo", "new"],
  ["--local", "new"],
  ["--local", "old"],
] as const)(
  "with git lfs install %s, a clone has the files (%s), keeps what was made of them, and is put back with them",
  async ([scope, since], context) => {
    const missing = gitLfs();
    if (missing !== undefined) return context.skip(missing);
    const ground = makeGround();
    const { gitIn, making, repo } = ground;
    withLfs(ground, scope);
    const picture = pictureOf(join(repo, ".git"));
    const record = await ensureIn(ground);
    const { dir, depot, base } = record;
    expect([reads(dir, "a.bin"), gitIn(dir, "status", "--porcelain")]).toEqual(["large\n", ""]);
    writeFileSync(join(dir, "b.bin"), "of the agent\n");
    gitIn(dir, "add", "-A");
    gitIn(dir, "commit", "-qm", "work");
    expect(gitIn(dir, "show", "HEAD:b.bin")).toContain("git-lfs.github.com/spec");
    writeFileSync(join(dir, "a.bin"), "changed\n");
    expect((await take(ground, record, "1")).left).toEqual([]);
    // Deleted, it is made again with the files that only the agent had.
    rmSync(dir, { recursive: true });
    await ensureIn(ground);
    expect([reads(dir, "a.bin"), reads(dir, "b.bin")]).toEqual(["large\n", "of the agent\n"]);
    for (const name of ["a.bin", "b.bin"]) writeFileSync(join(dir, name), "second\n");
    gitIn(dir, "commit", "-qam", "second");
    if (since === "old") age(ground, dir);
    await take(ground, record, "2");
    const back = await restoreWorkspace(making, "t-1", record, before(keptIn(depot, "t-1"), base, 2));
    expect(back.kind === "refused" ? back.why : "restored").toBe("restored");
    expect([reads(dir, "a.bin"), reads(dir, "b.bin")]).toEqual(["changed\n", "of the agent\n"]);
    expect(gitIn(dir, "status", "--porcelain")).toBe("M a.bin");
    if (since === "old") age(ground, dir);
    const first = await restoreWorkspace(making, "t-1", record, before(keptIn(depot, "t-1"), base, 1));
    expect(first.kind === "refused" ? first.why : "restored").toBe("restored");
    expect([reads(dir, "a.bin"), gitIn(dir, "status", "--porcelain")]).toEqual(["large\n", ""]);
    expect(pictureOf(join(repo, ".git"))).toEqual(picture);
    execFileSync("git", ["-C", dir, "lfs", "fsck"], { env: ground.env, stdio: "ignore" });
  },
);
