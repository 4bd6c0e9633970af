import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { openRepository, type Repository, zeroed } from "@fleet/kit/git/repository";
import { askRepository, makeWorld, program, type World } from "./support.ts";

async function opened(dir: string, env: World["env"]): Promise<Repository> {
  const found = await openRepository(dir, env);
  if (found.kind !== "repository") expect.unreachable(JSON.stringify(found));
  return found.repository;
}

async function statusOf(dir: string, env: World["env"]): Promise<string[]> {
  const options = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
  const asked = await askRepository(dir, env, "status", { options });
  return asked.kind === "ok" ? zeroed(asked.stdout) : expect.unreachable(JSON.stringify(asked));
}

const isRoot = process.getuid?.() === 0;

describe("a repository that is read", () => {
  it("says the same as the person's own git, for every kind of change", async () => {
    const { env, repo, git, write } = makeWorld();
    for (const name of ["gone", "staged", "both", "mode"]) write(name, "x\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "more");
    write("f", "two\n");
    write("staged", "y\n");
    write("both", "y\n");
    git("add", "staged", "both");
    write("both", "z\n");
    chmodSync(join(repo, "mode"), 0o755);
    rmSync(join(repo, "gone"));
    write("new ä\n", "x\n");
    const own = zeroed(git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"));
    expect(own).toHaveLength(6);
    expect(await statusOf(repo, env)).toEqual(own);
    expect(await askRepository(repo, env, "diff", { revisions: ["HEAD"] })).toEqual({
      kind: "ok",
      stdout: git("diff", "HEAD"),
    });
    expect(await askRepository(repo, env, "log")).toEqual({ kind: "ok", stdout: git("log") });
  });

  it("is changed by nothing, and leaves nothing behind", async () => {
    const { env: person, dir, repo, write } = makeWorld();
    const room = join(dir, "room");
    mkdirSync(room);
    const env = { ...person, TMPDIR: room };
    write("f", "one\n");
    const stamp = (): unknown[] =>
      readdirSync(join(repo, ".git"), { recursive: true }).map((name) => {
        const { mtimeMs, size } = lstatSync(join(repo, ".git", String(name)));
        return [name, mtimeMs, size];
      });
    const then = stamp();
    expect(await statusOf(repo, env)).toEqual([]);
    await askRepository(repo, env, "diff", { revisions: ["HEAD"] });
    expect(stamp()).toEqual(then);
    expect(readdirSync(room)).toEqual([]);
  });

  it("is found from a directory below its top, and paths are as from there", async () => {
    const { env, repo, write } = makeWorld();
    mkdirSync(join(repo, "sub"));
    write("sub/new", "x\n");
    const repository = await opened(join(repo, "sub"), env);
    expect(repository.top).toBe(repo);
    expect(await repository.ask("status", { options: ["--short"] })).toEqual({ kind: "ok", stdout: "?? ./\n" });
    repository.close();
  });

  it("is a linked working tree with a HEAD and an index of its own", async () => {
    const { env, dir, repo, git, gitIn } = makeWorld();
    const linked = join(dir, "linked");
    git("worktree", "add", "--quiet", "-b", "side", linked);
    writeFileSync(join(linked, "g"), "x\n");
    gitIn(linked, "add", "g");
    gitIn(linked, "commit", "--quiet", "-m", "second");
    writeFileSync(join(linked, "h"), "x\n");
    gitIn(linked, "add", "h");
    expect(await statusOf(linked, env)).toEqual(["A  h"]);
    expect(await statusOf(repo, env)).toEqual([]);
    const head = await askRepository(linked, env, "rev-parse", { revisions: ["HEAD"] });
    expect(head).toEqual({ kind: "ok", stdout: gitIn(linked, "rev-parse", "side") });
  });

  it.each([
    ["SHA-256", ["init", "--quiet", "--object-format=sha256"]],
    ["a git directory elsewhere", ["init", "--quiet", "--separate-git-dir=../separate"]],
  ])("may have %s", async (_, init) => {
    const { env, dir, gitIn } = makeWorld();
    const other = join(dir, "other");
    mkdirSync(other);
    gitIn(other, ...init);
    writeFileSync(join(other, "f"), "x\n");
    gitIn(other, "add", "f");
    gitIn(other, "commit", "--quiet", "-m", "first");
    writeFileSync(join(other, "f"), "yy\n");
    expect(await statusOf(other, env)).toEqual([" M f"]);
  });

  it("may have a split index, a sparse checkout and alternates", async () => {
    const { env, dir, repo, gitIn, git, write } = makeWorld();
    mkdirSync(join(repo, "a"));
    mkdirSync(join(repo, "b"));
    write("a/x", "x\n");
    write("b/x", "x\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "more");
    const copy = join(dir, "copy");
    gitIn(dir, "clone", "--quiet", "--shared", repo, copy);
    gitIn(copy, "sparse-checkout", "set", "a");
    gitIn(copy, "update-index", "--split-index");
    expect(readdirSync(join(copy, ".git")).some((name) => name.startsWith("sharedindex."))).toBe(true);
    expect(await statusOf(copy, env)).toEqual([]);
    writeFileSync(join(copy, "a", "x"), "yy\n");
    expect(await statusOf(copy, env)).toEqual([" M a/x"]);
  });

  it("tells what is hidden in a split index, also in its shared part, and changes neither", async () => {
    const { env, repo, git, write } = makeWorld();
    write("a", "a\n");
    write("b", "b\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "more");
    git("update-index", "--skip-worktree", "a");
    git("update-index", "--split-index");
    git("update-index", "--assume-unchanged", "b");
    const isIndex = (name: string): boolean => /^(?:shared)?index/.test(name);
    const files = (): string[] =>
      readdirSync(join(repo, ".git"))
        .filter(isIndex)
        .map((name) => `${name} ${readFileSync(join(repo, ".git", name), "latin1")}`);
    const before = files();
    expect(before).toHaveLength(2);
    expect(await statusOf(repo, env)).toEqual([]);
    write("a", "other\n");
    write("b", "other\n");
    expect(await statusOf(repo, env)).toEqual([" M a", " M b"]);
    expect(files()).toEqual(before);
  });

  it("knows the upstream of its branch", async () => {
    const { env, dir, repo, gitIn } = makeWorld();
    const copy = join(dir, "copy");
    gitIn(dir, "clone", "--quiet", repo, copy);
    gitIn(copy, "commit", "--quiet", "--allow-empty", "-m", "ahead");
    const asked = await askRepository(copy, env, "rev-list", {
      options: ["--count"],
      revisions: ["@{upstream}..HEAD"],
    });
    expect(asked).toEqual({ kind: "ok", stdout: "1\n" });
  });

  it("may have no commit yet", async () => {
    const { env, dir, gitIn } = makeWorld();
    const empty = join(dir, "empty");
    mkdirSync(empty);
    gitIn(empty, "init", "--quiet");
    writeFileSync(join(empty, "new"), "x\n");
    expect(await statusOf(empty, env)).toEqual(["?? new"]);
  });

  it("is judged by what was committed, not by what was put in its place", async () => {
    const { env, repo, git, write } = makeWorld();
    const first = git("rev-parse", "HEAD").trim();
    write("f", "two\n");
    git("commit", "--quiet", "-am", "second");
    git("replace", "HEAD", first);
    const asked = await askRepository(repo, env, "log", { options: ["--format=%s", "-1"] });
    expect(asked).toEqual({ kind: "ok", stdout: "second\n" });
  });
});

describe("the person's and the system's configuration counts", () => {
  it.runIf(isRoot)("in safe.directory: what is another user's is read where the person trusts it", async () => {
    const { env, repo, gitIn } = makeWorld();
    execFileSync("chown", ["-R", "12345", repo]);
    // root is not asked whose it is, unless it says who it is.
    const found = await openRepository(repo, env);
    expect(found).toMatchObject({ kind: "unknown", why: expect.stringContaining("dubious ownership") });
    gitIn("/", "config", "--global", "safe.directory", repo);
    expect(await statusOf(repo, env)).toEqual([]);
    gitIn("/", "config", "--global", "--unset", "safe.directory");
    const said = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" };
    expect(await statusOf(repo, { ...env, ...said })).toEqual([]);
  });

  it("in what is ignored everywhere", async () => {
    const { env, dir, repo, gitIn, write } = makeWorld();
    write("a.log", "x\n");
    write("b.tmp", "x\n");
    expect(await statusOf(repo, env)).toEqual(["?? a.log", "?? b.tmp"]);
    mkdirSync(join(dir, "home", ".config", "git"), { recursive: true });
    writeFileSync(join(dir, "home", ".config", "git", "ignore"), "*.log\n");
    expect(await statusOf(repo, env)).toEqual(["?? b.tmp"]);
    writeFileSync(join(dir, "ignore"), "*.tmp\n");
    gitIn("/", "config", "--global", "core.excludesFile", join(dir, "ignore"));
    expect(await statusOf(repo, env)).toEqual(["?? a.log"]);
    const system = { ...env, GIT_CONFIG_NOSYSTEM: "0", GIT_CONFIG_SYSTEM: join(dir, "system") };
    gitIn("/", "config", "--global", "--unset", "core.excludesFile");
    writeFileSync(join(dir, "system"), `[core]\n\texcludesFile = ${join(dir, "ignore")}\n`);
    expect(await statusOf(repo, system)).toEqual(["?? a.log"]);
  });

  it("in files that are included for the directory of the repository", async () => {
    const { env, dir, repo, gitIn, write } = makeWorld();
    write("b.tmp", "x\n");
    writeFileSync(join(dir, "ignore"), "*.tmp\n");
    writeFileSync(join(dir, "more"), `[core]\n\texcludesFile = ${join(dir, "ignore")}\n`);
    gitIn("/", "config", "--global", `includeIf.gitdir:${repo}/.path`, join(dir, "more"));
    expect(await statusOf(repo, env)).toEqual([]);
  });

  /** git-lfs as far as reading needs it: a pointer for a file. */
  const LFS = `while read -r line; do :; done; echo pointer`;

  it("in the LFS filter by its known name", async () => {
    const world = makeWorld();
    const { dir, repo, gitIn, git, write } = world;
    mkdirSync(join(dir, "bin"));
    program(join(dir, "bin", "git-lfs"), LFS);
    const env = { ...world.env, PATH: `${join(dir, "bin")}:${world.env["PATH"] ?? ""}` };
    writeFileSync(join(repo, ".git", "info", "attributes"), "f filter=lfs\n");
    write("f", "pointer\n");
    git("commit", "--quiet", "-am", "pointer");
    gitIn("/", "config", "--global", "filter.lfs.clean", "git-lfs clean -- %f");
    gitIn("/", "config", "--global", "filter.lfs.required", "true");
    write("f", "of LFS.\n");
    expect(await statusOf(repo, env)).toEqual([]);
    const repository = await opened(repo, env);
    expect(await repository.unread(["f"])).toEqual({ kind: "paths", paths: new Set() });
    repository.close();
    // A filter that is needed and can't be run: git can't tell, and that is said.
    rmSync(join(dir, "bin"), { recursive: true });
    const asked = await askRepository(repo, env, "status");
    expect(asked).toMatchObject({ kind: "failed", stderr: expect.stringContaining("clean filter 'lfs' failed") });
  });
});

describe("a file whose content goes through a filter that does not run", () => {
  it.each(["local", "global"])("is named, when the filter is %s", async (scope) => {
    const { env, repo, git, write, canary } = makeWorld();
    git("config", `--${scope}`, "filter.x.clean", canary);
    writeFileSync(join(repo, ".git", "info", "attributes"), "*.x filter=x\n*.y filter=y\n");
    for (const name of ["a.x", "b.y", "c"]) write(name, "x\n");
    const repository = await opened(repo, env);
    expect(await repository.unread(["a.x", "b.y", "c", "f"])).toEqual({ kind: "paths", paths: new Set(["a.x"]) });
    expect(await repository.unread([])).toEqual({ kind: "paths", paths: new Set() });
    repository.close();
  });
});

describe('"could not look" is never told as "is not there"', () => {
  it("no repository is where git and the directories above say so", async () => {
    const { env, dir } = makeWorld();
    const plain = join(dir, "plain");
    mkdirSync(plain);
    expect(await openRepository(plain, env)).toEqual({ kind: "none" });
    // As a container makes one for a mount.
    mkdirSync(join(plain, ".git"));
    expect(await openRepository(plain, env)).toEqual({ kind: "none" });
  });

  it("a bare repository and a git directory are not a working tree", async () => {
    const { env, dir, repo, gitIn } = makeWorld();
    gitIn(dir, "clone", "--quiet", "--bare", repo, join(dir, "bare"));
    expect(await openRepository(join(dir, "bare"), env)).toEqual({ kind: "none" });
    expect(await openRepository(join(repo, ".git"), env)).toEqual({ kind: "none" });
  });

  it.each<[string, (world: World) => void, RegExp]>([
    [
      "a repository that lost its HEAD",
      ({ repo }) => rmSync(join(repo, ".git", "HEAD")),
      /\.git exists, but git finds no repository there/,
    ],
    ["a broken configuration", ({ repo }) => writeFileSync(join(repo, ".git", "config"), "[x\n"), /bad config line/],
    [
      "a format of another git",
      ({ git }) => {
        git("config", "core.repositoryformatversion", "1");
        git("config", "extensions.madeUp", "true");
      },
      /unknown repository extension/,
    ],
    [
      "a .git file that leads nowhere",
      ({ repo }) => {
        rmSync(join(repo, ".git"), { recursive: true });
        writeFileSync(join(repo, ".git"), "gitdir: /nowhere\n");
      },
      /exists, but git finds no repository there/,
    ],
    ["a directory that went away", ({ repo }) => rmSync(repo, { recursive: true }), /cannot change to/],
    [
      "a HEAD that is no file",
      ({ repo }) => {
        rmSync(join(repo, ".git", "HEAD"));
        symlinkSync("refs/heads/main", join(repo, ".git", "HEAD"));
        rmSync(join(repo, ".git", "objects"), { recursive: true });
      },
      /git finds no repository there/,
    ],
  ])("%s is unknown", async (_, break_, why) => {
    const world = makeWorld();
    break_(world);
    expect(await openRepository(world.repo, world.env)).toMatchObject({
      kind: "unknown",
      why: expect.stringMatching(why),
    });
  });

  it.each(["index", "packed-refs"])(
    "a repository whose %s is a FIFO is unknown, and is not waited for",
    async (name) => {
      const { env, repo } = makeWorld();
      rmSync(join(repo, ".git", name), { force: true });
      execFileSync("mkfifo", [join(repo, ".git", name)]);
      const begun = performance.now();
      const found = await openRepository(repo, env);
      if (found.kind === "repository") {
        const asked = await found.repository.ask("status", { patience: 500 });
        expect(asked).toEqual({ kind: "unavailable", why: "timed-out" });
        found.repository.close();
      } else expect(found).toMatchObject({ kind: "unknown", why: expect.stringContaining("FIFO") });
      expect(performance.now() - begun).toBeLessThan(10_000);
    },
  );

  it("a git that is missing is unknown", async () => {
    const { repo } = makeWorld();
    expect(await openRepository(repo, { PATH: "/nowhere" })).toEqual({ kind: "unknown", why: "git is not on PATH" });
  });
});
