/** A clone borrowing from a depot: what it is, and what it leaves alone. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { refusalText } from "../../src/workspaces/refuse.ts";
import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { makingDir } from "../../src/workspaces/paths.ts";
import { ensureIn, madeOf, makeGround, pictureOf } from "./support.ts";

test("a workspace is a clone on a branch of its own, at the place that the task has below the top", async () => {
  const ground = makeGround();
  const { git, gitIn } = ground;
  git("branch", "other");
  git("tag", "-a", "v1", "-m", "v1");
  const record = await ensureIn(ground, "t-1", join(ground.repo, "packages/api"));
  const head = git("rev-parse", "HEAD");
  expect(record).toMatchObject({ base: head, target: "main", below: "packages/api", branch: "fleet/t-1", ready: true });
  expect(gitIn(record.dir, "status", "--porcelain", "-b")).toBe("## fleet/t-1");
  expect(gitIn(record.dir, "for-each-ref", "--format=%(refname)")).toBe(
    ["refs/heads/fleet/t-1", "refs/heads/main", "refs/heads/other", "refs/tags/v1"].join("\n"),
  );
  expect(gitIn(record.dir, "remote")).toBe("");
  expect(gitIn(record.dir, "fsck", "--strict", "--no-dangling")).toBe("");
});

test("the person's git directory stays as it is, byte for byte, also while the clone commits", async () => {
  const ground = makeGround();
  const before = pictureOf(join(ground.repo, ".git"));
  const { dir } = await ensureIn(ground);
  writeFileSync(join(dir, "new"), "x\n");
  ground.gitIn(dir, "add", "-A");
  ground.gitIn(dir, "commit", "-qm", "of the agent");
  ground.gitIn(dir, "gc", "-q");
  expect(pictureOf(join(ground.repo, ".git"))).toEqual(before);
  expect((await ensureWorkspace(ground.making, { task: "t-1", cwd: ground.repo })).kind).toBe("ready");
});

test("what a killed making left goes with the next one, and what a child's is making stays", async () => {
  const ground = makeGround();
  const room = makingDir(ground.home);
  for (const name of ["t-1.77", "t-1.aside-1", "t-1.2.77", "t-1.2.aside-1", "t-1.2.take-3"])
    mkdirSync(join(room, name), { recursive: true });
  await ensureIn(ground, "t-1");
  expect(readdirSync(room).sort()).toEqual(["t-1.2.77", "t-1.2.aside-1", "t-1.2.take-3"]);
});

test("hooks, ignores and settings of the source count in the clone, and its storage does not", async () => {
  const ground = makeGround();
  const { git, gitIn, repo } = ground;
  git("config", "user.email", "work@example.com");
  git("config", "core.hooksPath", ".husky");
  git("config", "alias.two", "!echo a\necho b");
  git("config", "gc.auto", "7");
  git("remote", "add", "origin", "https://example.invalid/r.git");
  appendFileSync(join(ground.env["HOME"] ?? "", ".gitconfig"), `[includeIf "gitdir:${repo}/"]\n\tpath = own\n`);
  writeFileSync(join(ground.env["HOME"] ?? "", "own"), "[user]\n\tsigningkey = of-work\n");
  writeFileSync(join(repo, ".git/info/exclude"), "ignored\n");
  writeFileSync(join(repo, ".git/hooks/pre-commit"), "#!/bin/sh\n", { mode: 0o755 });
  const { dir } = await ensureIn(ground);
  expect(gitIn(dir, "config", "user.email")).toBe("work@example.com");
  // Also for a coder that hides what the person's own configuration says.
  expect(gitIn(dir, "config", "--local", "user.name")).toBe("P");
  expect(gitIn(dir, "config", "user.signingkey")).toBe("of-work");
  expect(gitIn(dir, "config", "core.hooksPath")).toBe(".husky");
  expect(gitIn(dir, "config", "alias.two")).toBe("!echo a\necho b");
  expect(gitIn(dir, "remote", "get-url", "origin")).toBe("https://example.invalid/r.git");
  expect(() => gitIn(dir, "config", "gc.auto")).toThrow();
  writeFileSync(join(dir, "ignored"), "");
  expect(gitIn(dir, "status", "--porcelain")).toBe("");
  expect(existsSync(join(dir, ".git/hooks/pre-commit"))).toBe(true);
});

test("a source of which no clone can be made is refused by name, and nothing is left", async () => {
  const ground = makeGround();
  const { dir, git, gitIn } = ground;
  const refused = async (cwd: string): Promise<string> => {
    const answer = await ensureWorkspace(ground.making, { task: "t-9", cwd });
    return answer.kind === "refused" ? answer.why : "made";
  };
  mkdirSync(join(dir, "plain"));
  gitIn(dir, "init", "-q", "unborn");
  expect(await refused(join(dir, "plain"))).toContain("is in no git repository");
  expect(await refused(join(dir, "unborn"))).toContain("main has no commit yet");
  const { dir: made } = await ensureIn(ground);
  expect(await refused(made)).toContain("is a workspace of this fleet's");
  git("replace", "HEAD", "HEAD~1");
  expect(await refused(ground.repo)).toContain("has replaced objects");
  expect(existsSync(join(ground.home, "work/t-9"))).toBe(false);
});

test("before a start a workspace that is no longer what was made is refused, with the fix", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const { dir } = await ensureIn(ground);
  const why = async (): Promise<string> => {
    const answer = await ensureWorkspace(ground.making, { task: "t-1", cwd: ground.repo });
    return answer.kind === "refused" ? answer.why : "ready";
  };
  gitIn(dir, "checkout", "-qb", "elsewhere");
  expect(await why()).toContain("another branch is checked out");
  gitIn(dir, "checkout", "-q", "fleet/t-1");
  expect(await why()).toBe("ready");
  gitIn(dir, "reset", "-q", "--hard", "HEAD~1");
  expect(await why()).toContain("no longer has the commit that it began at");
  gitIn(dir, "reset", "-q", "--hard", "main");
  const alternates = join(dir, ".git/objects/info/alternates");
  const text = readFileSync(alternates, "utf8");
  appendFileSync(alternates, `${ground.repo}/.git/objects\n`);
  expect(await why()).toContain("alternates was changed");
  writeFileSync(alternates, text);
  gitIn(dir, "config", "core.worktree", ground.repo);
  expect(await why()).toContain("works in");
  gitIn(dir, "config", "--file", join(dir, ".git/config"), "--unset", "core.worktree");
  renameSync(join(dir, ".git"), join(dir, "git"));
  expect(await why()).toContain("is not the directory that was made");
});

test("ignored files that .worktreeinclude names are in the clone, and what coders keep beside the settings that git has", async () => {
  const ground = makeGround();
  const { git, gitIn, write } = ground;
  write(".gitignore", ".env*\nnode_modules/\n*.local\n");
  write(".worktreeinclude", "**/.env\n*.local\n!packages/*.local\nnotes\n");
  git("add", "-A");
  git("commit", "-qm", "ignores");
  for (const path of [".env", ".env.prod", "a.local", "packages/b.local", "packages/api/.env", "node_modules/x/.env"])
    write(path, path);
  write("notes", "not ignored");
  write("packages/api/.claude/settings.local.json", "{}");
  const { dir } = await ensureIn(ground, "t-1", join(ground.repo, "packages/api"));
  expect(gitIn(dir, "status", "--porcelain", "--ignored", "--untracked-files=all").split("\n").sort()).toEqual([
    "!! .env",
    "!! a.local",
    "!! node_modules/x/.env",
    "!! packages/api/.claude/settings.local.json",
    "!! packages/api/.env",
  ]);
});

test("for a repository of another user, the command names the top that git asks for", () => {
  const why = "fatal: detected dubious ownership in repository at '/repo/it's'\nTo add an exception, call: git";
  expect(refusalText({ kind: "unreadable", why }, "/repo/it's/packages/api")).toContain(
    `git config --global --add safe.directory '/repo/it'\\''s',`,
  );
});

test("a person who amends and prunes while it is made gets one of what is checked out then", async () => {
  const ground = makeGround();
  const { git, making, repo, write } = ground;
  await ensureIn(ground, "t-1");
  const amend = (text: string): void => {
    write("f", text);
    git("commit", "-q", "--amend", "-am", text);
    git("reflog", "expire", "--expire=now", "--all");
    git("gc", "-q", "--prune=now");
  };
  amend("one that is listed\n");
  const at = (point: string): void => {
    if (point === "depot-swept") amend("one that is there\n");
  };
  const record = madeOf(await ensureWorkspace({ ...making, at }, { task: "t-2", cwd: repo }));
  expect(record.base).toBe(git("rev-parse", "HEAD"));
});

test("a failed fetch is reported after the second refusal", async () => {
  const ground = makeGround();
  const { making, repo } = ground;
  await ensureIn(ground, "t-1");
  ground.write("f", "three\n");
  ground.git("commit", "-qam", "three");
  const [lost = ""] = ground.git("rev-list", "--objects", "-1", "HEAD~1..HEAD").split("\n").slice(-1);
  const blob = lost.split(" ")[0] ?? "";
  rmSync(join(repo, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  await expect(ensureWorkspace(making, { task: "t-2", cwd: repo })).rejects.toThrow("could not fetch from");
});
