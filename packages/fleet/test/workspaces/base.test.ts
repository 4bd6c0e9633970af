/** Where the work in a clone begins: at what is checked out, at the remote's branch, at the work of other tasks. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { keepChanges } from "../../src/workspaces/changes.ts";
import type { BaseWanted, TakenWork } from "../../src/workspaces/base.ts";
import { type Asked, ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { readWorkspace, type WorkspaceRecord } from "../../src/workspaces/record.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { upstreamOf } from "../../src/workspaces/upstream.ts";
import { ensureIn, type Ground, madeOf, makeGround, pictureOf } from "./support.ts";

const based = async ({ making, repo }: Ground, task: string, base: BaseWanted): Promise<WorkspaceRecord> =>
  madeOf(await ensureWorkspace(making, { task, cwd: repo, base }));

const refused = async ({ making, repo }: Ground, task: string, base: BaseWanted): Promise<string> => {
  const answer = await ensureWorkspace(making, { task, cwd: repo, base });
  return answer.kind === "refused" ? answer.why : "made";
};

/** A task's clone, in which something is committed and, where there is more, left uncommitted; as it was taken. */
async function worked(ground: Ground, task: string, file: string, text: string, left?: string): Promise<TakenWork> {
  const { dir, depot, branch } = await ensureIn(ground, task);
  writeFileSync(join(dir, file), text);
  ground.gitIn(dir, "add", "-A");
  ground.gitIn(dir, "commit", "-qm", `work of ${task}`);
  if (left !== undefined) writeFileSync(join(dir, left), left);
  const { tip, snapshot } = await takeBack(ground.making, { task, attempt: "1", depot, top: dir, branch });
  return { task, depot, tip, snapshot };
}

test("work for a branch begins at its tip, whatever is checked out; work that lands nowhere begins without", async () => {
  const ground = makeGround();
  const { git, repo, making } = ground;
  git("branch", "release", "HEAD~1");
  const ensured = async (task: string, more: Partial<Asked>) =>
    await ensureWorkspace(making, { task, cwd: repo, ...more });
  const release = madeOf(await ensured("t-1", { target: "release", via: "branch" }));
  expect(release).toMatchObject({ base: git("rev-parse", "HEAD~1"), base_from: { kind: "head" }, target: "release" });
  expect(ground.gitIn(release.dir, "log", "--format=%s")).toBe("one");
  expect(await ensured("t-2", { target: "gone", via: "branch" })).toMatchObject({ kind: "refused" });
  const without = madeOf(await ensured("t-2", { target: "gone" }));
  expect(without.base).toBe(git("rev-parse", "HEAD"));
  expect(without.target).toBeUndefined();
  // Once it has begun, nothing of it is asked again.
  git("branch", "-D", "release");
  expect(await ensured("t-1", { target: "release", via: "branch" })).toMatchObject({ kind: "ready", isNew: false });
  rmSync(release.dir, { recursive: true });
  expect(madeOf(await ensured("t-1", { target: "release", via: "branch" })).base).toBe(release.base);
});

test("a fresh base is the remote's branch as it is there, and nothing of the source changes", async () => {
  const ground = makeGround();
  const { dir, git, gitIn, repo } = ground;
  gitIn(dir, "clone", "-q", "--bare", repo, "hub.git");
  git("remote", "add", "origin", "../hub.git");
  git("fetch", "-q", "origin");
  gitIn(dir, "clone", "-q", "hub.git", "colleague");
  gitIn(join(dir, "colleague"), "commit", "-q", "--allow-empty", "-m", "of a colleague");
  gitIn(join(dir, "colleague"), "push", "-q", "origin", "main");
  const newest = gitIn(join(dir, "hub.git"), "rev-parse", "main");
  const before = pictureOf(join(repo, ".git"));
  const record = await based(ground, "t-1", { kind: "fresh" });
  expect(record).toMatchObject({ base: newest, base_from: { kind: "fresh", remote: "origin", branch: "main" } });
  expect(gitIn(record.dir, "rev-parse", "HEAD", "origin/main").split("\n")).toEqual([newest, newest]);
  expect(pictureOf(join(repo, ".git"))).toEqual(before);
  rmSync(join(dir, "hub.git"), { recursive: true });
  rmSync(record.dir, { recursive: true });
  // It was found once: made again, it begins there.
  expect((await based(ground, "t-1", { kind: "fresh" })).base).toBe(newest);
  await expect(based(ground, "t-2", { kind: "fresh" })).rejects.toThrow("main of origin can't be fetched");
  expect(readWorkspace(ground.home, "t-2")?.unbased).toBe(true);
});

test("a fresh base of a branch that follows none is refused by name", async () => {
  const ground = makeGround();
  expect(await refused(ground, "t-1", { kind: "fresh" })).toContain("main of");
  ground.git("checkout", "-q", "--detach");
  expect(await refused(ground, "t-2", { kind: "fresh" })).toContain("a fresh base is that of a branch, and none");
});

test("what a branch follows is what git says, else the branch of its name at the only remote or at origin", () => {
  const ref = (name: string) => ({ name, oid: "0".repeat(40) });
  const at = (...entries: string[]) => ({
    settings: entries.map((entry) => {
      const [key = "", value] = entry.split(/=(.*)/s);
      return { scope: "local", key, value };
    }),
    refs: [ref("refs/remotes/hub/main"), ref("refs/remotes/origin/main")],
  });
  const two = at("remote.hub.url=x", "remote.fork.url=y");
  expect(upstreamOf(at("branch.main.remote=hub", "branch.main.merge=refs/heads/trunk"), "main")).toEqual({
    remote: "hub",
    branch: "trunk",
  });
  expect(upstreamOf(at("remote.hub.url=x"), "main")).toEqual({ remote: "hub", branch: "main" });
  expect(upstreamOf(at("remote.hub.url=x", "remote.origin.url=y"), "main")).toMatchObject({ remote: "origin" });
  expect(upstreamOf(two, "main")).toBeUndefined();
  expect(upstreamOf(at("remote.hub.url=x"), "other")).toBeUndefined();
});

test("the base of a task that needs others is their work, merged, with the files that they left", async () => {
  const ground = makeGround();
  const { gitIn, repo } = ground;
  const one = await worked(ground, "t-1", "one", "1\n");
  const two = await worked(ground, "t-2", "two", "2\n", "left");
  const elsewhere = { ...one, depot: "/elsewhere.git" };
  const before = pictureOf(join(repo, ".git"));
  const record = await based(ground, "t-3", { kind: "needs", work: [one, two, elsewhere] });
  expect(record.base_from).toEqual({ kind: "needs", tasks: ["t-1", "t-2"] });
  expect(gitIn(record.dir, "ls-files").split("\n")).toEqual(["f", "left", "one", "packages/api/a", "two"]);
  expect(gitIn(record.dir, "log", "-1", "--format=%s")).toBe("Work of t-1, t-2");
  expect(pictureOf(join(repo, ".git"))).toEqual(before);
  const alone = await based(ground, "t-4", { kind: "needs", work: [one] });
  expect(alone.base).toBe(one.tip);
  expect((await based(ground, "t-5", { kind: "needs", work: [elsewhere] })).base_from).toEqual({ kind: "head" });
});

test("work that conflicts, and work that is gone, is refused by the names of the tasks", async () => {
  const ground = makeGround();
  const one = await worked(ground, "t-1", "f", "of one\n");
  const two = await worked(ground, "t-2", "f", "of two\n");
  expect(await refused(ground, "t-3", { kind: "needs", work: [one, two] })).toBe(
    "the work of t-2 and of t-1, which it needs, conflicts in f: fleet bd update t-3 --base head",
  );
  const gone = { ...one, tip: undefined, snapshot: "1".repeat(40) };
  expect(await refused(ground, "t-4", { kind: "needs", work: [gone] })).toContain(
    "the work of t-1, which it needs, is not in",
  );
});

test("work begins with what a person has not committed, and their repository stays as it is", async () => {
  const ground = makeGround();
  const { git, gitIn, repo, making, write } = ground;
  write("f", "staged\n");
  git("add", "f");
  write("f", "changed\n");
  write("packages/api/new", "new\n");
  const before = pictureOf(repo);
  const kept = await keepChanges(making, join(repo, "packages/api"), "c-1");
  if (kept.kind !== "kept") throw new Error(kept.why);
  expect(pictureOf(repo)).toEqual(before);
  write("f", "later\n");
  const record = await based(ground, "t-1", { kind: "changes", commit: kept.commit });
  expect(record.base_from).toEqual({ kind: "changes" });
  expect(gitIn(record.dir, "show", "--format=%P", "--name-status", "HEAD").split("\n")).toEqual([
    git("rev-parse", "HEAD"),
    "",
    "M\tf",
    "A\tpackages/api/new",
  ]);
  expect(gitIn(record.dir, "show", "HEAD:f")).toBe("changed");
  expect(gitIn(record.dir, "status", "--porcelain")).toBe("");
  const gone = await refused(ground, "t-2", { kind: "changes", commit: "1".repeat(40) });
  expect(gone).toContain("the changes that its work begins with are not in");
});
