/** A target on a remote is pushed from the tip that is known, and each answer means what it proves. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { pushMover } from "../../src/landing/push.ts";
import { pushEnd } from "../../src/landing/push-answer.ts";
import { Repository, useTemplate } from "./repository.ts";

useTemplate();

const REF = "refs/heads/main";
const MARK = "5eed5eed";
const line = (flag: string, summary: string): string => `To /r\n${flag}\t1a2b:${REF}\t${summary}\nDone\n`;

const ANSWERS: readonly (readonly [string, string, number, string])[] = [
  [line(" ", "1a..2b"), "", 0, "moved"],
  [line("=", "[up to date]"), "", 0, "moved"],
  // The server's hook took the connection with it after the branch was moved.
  [line(" ", "1a..2b"), "fatal: the remote end hung up", 1, "unsure"],
  [line("!", "[rejected] (stale info)"), "", 1, "again"],
  [line("!", "[rejected] (fetch first)"), "", 1, "again"],
  [line("!", "[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)"), "", 1, "again"],
  [line("!", "[remote rejected] (failed to update ref)"), "", 1, "wait"],
  [line("!", "[remote rejected] (pre-receive hook declined)"), "remote: no green build\n", 1, "refused"],
  [line("!", "[remote rejected] (protected branch hook declined)"), "", 1, "refused"],
  [line("!", "[remote rejected] (branch is currently checked out)"), "", 1, "refused"],
  [line("!", "[remote failure] (remote failed to report status)"), "", 1, "unsure"],
  [
    "",
    "ssh: connect to host x port 22: Connection refused\nfatal: Could not read from remote repository.",
    128,
    "unsure",
  ],
  ["", "remote: Permission to a/b.git denied to c.\nfatal: unable to access 'x': returned error: 403", 128, "refused"],
  ["", "fatal: Authentication failed for 'https://x'", 128, "refused"],
];

test.for(ANSWERS)("%s%s with exit %i is %s", ([stdout, stderr, code, expected]) => {
  const answer = code === 0 ? ({ kind: "ok", stdout } as const) : ({ kind: "failed", code, stdout, stderr } as const);
  expect(pushEnd(answer, REF).kind).toBe(expected);
});

test("a refusal says what the server's hook printed", () => {
  const stdout = line("!", "[remote rejected] (pre-receive hook declined)");
  const answer = { kind: "failed", code: 1, stdout, stderr: "remote: no green\nremote: build\n" } as const;
  expect(pushEnd(answer, REF)).toEqual({
    kind: "refused",
    why: "[remote rejected] (pre-receive hook declined); no green build",
  });
});

test("pushes from the known tip alone, without hooks, tags and remote branches of the repository", async () => {
  const its = new Repository();
  const bare = join(its.dir, "bare.git");
  its.gitIn(its.dir, "clone", "-q", "--bare", its.repo, bare);
  its.git("remote", "add", "origin", bare);
  its.git("config", "push.followTags", "true");
  its.git("tag", "-a", "v1", "-m", "v1", its.move.to);
  const hook = join(its.repo, ".git/hooks/pre-push");
  writeFileSync(hook, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const { moveTarget } = pushMover({ url: bare, name: "origin" }, MARK);
  const raced = its.git("commit-tree", "-p", "main", "-m", "x", "main^{tree}").trim();
  its.git("push", "-q", "--no-verify", bare, `${raced}:main`);
  expect(await moveTarget(its.moving, its.move)).toMatchObject({ kind: "again" });
  its.gitIn(bare, "update-ref", REF, its.move.from);
  expect(await moveTarget(its.moving, its.move)).toEqual({ kind: "moved" });
  expect(its.gitIn(bare, "for-each-ref", "--format=%(refname) %(objectname)").trim()).toBe(`${REF} ${its.move.to}`);
  expect(its.git("for-each-ref", "refs/remotes")).toBe("");
  expect(its.tip()).toBe(its.move.from);
});

test("what a server's hook declines is refused; a server that is gone proves nothing", async () => {
  const its = new Repository();
  const bare = join(its.dir, "bare.git");
  its.gitIn(its.dir, "clone", "-q", "--bare", its.repo, bare);
  const hook = join(bare, "hooks/pre-receive");
  mkdirSync(join(bare, "hooks"), { recursive: true });
  writeFileSync(hook, "#!/bin/sh\necho not today >&2\nexit 1\n");
  chmodSync(hook, 0o755);
  expect(await pushMover({ url: bare }, MARK).moveTarget(its.moving, its.move)).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("not today"),
  });
  const gone = pushMover({ url: "ssh://127.0.0.1:1/r" }, MARK);
  expect(await gone.moveTarget(its.moving, its.move)).toMatchObject({ kind: "unsure" });
});

test("objects of LFS are pushed before the branch, and without git-lfs the target stays", async () => {
  const its = new Repository();
  const bare = join(its.dir, "bare.git");
  its.gitIn(its.dir, "clone", "-q", "--bare", its.repo, bare);
  const maker = join(its.dir, "maker");
  writeFileSync(join(maker, ".gitattributes"), "*.bin filter=lfs\n");
  its.gitIn(maker, "add", ".gitattributes");
  its.gitIn(maker, "commit", "-q", "-m", "attributes");
  its.git("fetch", "-q", maker);
  const move = { ...its.move, to: its.gitIn(maker, "rev-parse", "HEAD").trim() };
  const { moveTarget } = pushMover({ url: bare }, MARK);
  const bin = join(its.dir, "bin");
  mkdirSync(bin);
  const env = { ...its.moving.env, PATH: `${bin}:${its.moving.env["PATH"] ?? ""}` };
  const lfs = (body: string): void => writeFileSync(join(bin, "git-lfs"), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  lfs("echo 'no room' >&2; exit 2");
  expect(await moveTarget({ ...its.moving, env }, move)).toMatchObject({ kind: "wait" });
  expect(its.gitIn(bare, "rev-parse", "main").trim()).toBe(move.from);
  const said = join(its.dir, "said");
  lfs(`echo "$@" > ${said}; git --git-dir=${bare} rev-parse main >> ${said}`);
  expect(await moveTarget({ ...its.moving, env }, move)).toEqual({ kind: "moved" });
  expect(existsSync(said) && readFileSync(said, "utf8")).toBe(`push ${bare} ${move.to}\n${move.from}\n`);
});
