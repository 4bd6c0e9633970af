import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { openRepository } from "@fleet/kit/git/repository";

import { changesBetween, type Changes } from "../../src/attempts/evidence/changes.ts";
import { type Listing, listing } from "../../src/attempts/evidence/listing.ts";
import { lookAtIgnored } from "../../src/attempts/evidence/ignored.ts";
import { listAfter, listBefore } from "../../src/attempts/evidence/look.ts";
import { Marker } from "../../src/attempts/evidence/marks.ts";

interface World {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly repo: string;
  readonly git: (...args: string[]) => string;
  readonly gitIn: (at: string, ...args: string[]) => string;
  readonly write: (path: string, text: string) => void;
}

let later = Date.now() / 1000 + 10;

function makeWorld(): World {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet listing-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [home, repo] = [join(dir, "home"), join(dir, "repo")];
  mkdirSync(home);
  mkdirSync(repo);
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  writeFileSync(
    join(home, ".gitconfig"),
    '[user]\n\tname = P\n\temail = p@example\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n',
  );
  const gitIn = (at: string, ...args: string[]): string =>
    execFileSync("git", ["-C", at, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const write = (path: string, text: string): void => {
    writeFileSync(join(repo, path), text);
    later += 1;
    utimesSync(join(repo, path), later, later);
  };
  gitIn(repo, "init", "--quiet");
  write("f", "one\n");
  gitIn(repo, "add", "f");
  gitIn(repo, "commit", "--quiet", "-m", "first");
  return { dir, env, repo, git: (...args) => gitIn(repo, ...args), gitIn, write };
}

const wall = Date.now();
const skip = "/nowhere";
const look = async (cwd: string, env: World["env"]): Promise<Listing> =>
  await listBefore(await openRepository(cwd, env), cwd, { env, skip, wall });

/** What an attempt changed that did this. */
async function changesOf({ repo, env }: World, work: () => void, envAfter = env): Promise<Changes> {
  const before = await look(repo, env);
  work();
  return changesBetween(repo, before, await listAfter(before, { env: envAfter, skip, wall }));
}

describe("what changed in a working tree", () => {
  it("is what was committed, and what is not committed yet", async () => {
    const world = makeWorld();
    const changes = await changesOf(world, () => {
      world.write("f", "two\n");
      world.git("commit", "--quiet", "-am", "second");
      world.write("new", "x\n");
    });
    expect(changes).toMatchObject({
      from: "git",
      paths: ["f", "new"],
      commits: [{ subject: "second" }],
      dirty: ["new"],
      blind: false,
      why: undefined,
      unread: [],
    });
  });

  it("goes by content: a time that was set back hides nothing, and a touch changes nothing", async () => {
    const world = makeWorld();
    const at = (path: string, seconds: number): void => utimesSync(join(world.repo, path), seconds, seconds);
    for (const path of ["set back", "touched"]) {
      world.write(path, "one\n");
      at(path, 1_000_000_000);
    }
    const changes = await changesOf(world, () => {
      world.write("set back", "two\n");
      at("set back", 1_000_000_000);
      at("touched", 1_500_000_000);
    });
    expect(changes).toMatchObject({ paths: ["set back"], dirty: ["set back"] });
  });

  it("has commits of an older date, where they were neither there before nor came in", async () => {
    const world = makeWorld();
    const { dir, repo, git, gitIn, env } = world;
    const old = { ...env, GIT_COMMITTER_DATE: "2020-01-01T00:00:00Z", GIT_AUTHOR_DATE: "2020-01-01T00:00:00Z" };
    const commit = (at: string, file: string): void => {
      writeFileSync(join(at, file), "x\n");
      execFileSync("git", ["-C", at, "add", file], { env: old });
      execFileSync("git", ["-C", at, "commit", "--quiet", "-m", file], { env: old });
    };
    git("switch", "--quiet", "-c", "earlier");
    commit(repo, "of a branch");
    git("switch", "--quiet", "main");
    const remote = join(dir, "remote");
    gitIn(dir, "clone", "--quiet", repo, remote);
    commit(remote, "of a remote");
    git("remote", "add", "origin", remote);
    const changes = await changesOf(world, () => {
      commit(repo, "own");
      git("merge", "--quiet", "--no-edit", "earlier");
      git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main");
    });
    expect(changes.commits.map(({ subject }) => subject).filter((subject) => !subject.startsWith("Merge"))).toEqual([
      "own",
    ]);
    expect(changes.paths).toContain("own");
  });

  it("has no commit that a branch had, though it is of the second in which it was looked at, or later", async () => {
    const world = makeWorld();
    const { env, git, write } = world;
    const dated = (ms: number, ...args: string[]): void => {
      const date = new Date(wall + ms).toISOString();
      execFileSync("git", ["-C", world.repo, ...args], { env: { ...env, GIT_COMMITTER_DATE: date } });
    };
    git("switch", "--quiet", "-c", "side");
    for (const [subject, ms] of [
      ["in that second", 0],
      ["by a clock that is ahead", 60_000],
    ] as const) {
      write("f", subject);
      dated(ms, "commit", "--quiet", "-am", subject);
    }
    git("switch", "--quiet", "main");
    const changes = await changesOf(world, () => {
      git("merge", "--quiet", "side");
      write("own", "x\n");
      git("add", "own");
      dated(0, "commit", "--quiet", "-m", "own");
    });
    expect(changes).toMatchObject({ commits: [{ subject: "own" }], paths: ["own"] });
  });

  it("has names that objects have by themselves", async () => {
    const names = ["__proto__", "constructor", "toString"];
    const world = makeWorld();
    world.write("constructor", "there before\n");
    const before = await look(world.repo, world.env);
    for (const name of names) world.write(name, "x\n");
    const after = await listAfter(before, { env: world.env, skip, wall });
    const read = [before, after].map((one) => listing.parse(JSON.parse(JSON.stringify(one))));
    expect(changesBetween(world.repo, read[0] ?? before, read[1] ?? after)).toMatchObject({
      paths: names,
      dirty: names,
    });
    const plain = join(world.dir, "plain");
    mkdirSync(plain);
    const none = await look(plain, world.env);
    for (const name of names) writeFileSync(join(plain, name), "x\n");
    expect(changesBetween(plain, none, await listAfter(none, { env: world.env, skip, wall })).paths).toEqual(names);
  });

  it("is the first commit of a branch that had none", async () => {
    const { dir, env, gitIn } = makeWorld();
    const empty = join(dir, "empty");
    mkdirSync(empty);
    gitIn(empty, "init", "--quiet");
    const before = await look(empty, env);
    expect(before).toMatchObject({ kind: "git", dirty: {} });
    expect(before).not.toHaveProperty("head");
    gitIn(empty, "commit", "--quiet", "--allow-empty", "-m", "first");
    const after = await listAfter(before, { env, skip, wall });
    expect(changesBetween(empty, before, after)).toMatchObject({
      commits: [{ subject: "first" }],
      commitsUnknown: false,
    });
  });

  it("is seen in a submodule, however deep, without its configuration", async () => {
    const world = makeWorld();
    const { dir, repo, git, gitIn } = world;
    const make = (name: string): string => {
      const path = join(dir, name);
      mkdirSync(path);
      gitIn(path, "init", "--quiet");
      writeFileSync(join(path, "s"), "one\n");
      gitIn(path, "add", "s");
      gitIn(path, "commit", "--quiet", "-m", name);
      return path;
    };
    const [outer, inner] = [make("outer"), make("inner")];
    gitIn(outer, "submodule", "--quiet", "add", inner, "in");
    gitIn(outer, "commit", "--quiet", "-m", "in");
    git("submodule", "--quiet", "add", outer, "out");
    git("submodule", "--quiet", "update", "--init", "--recursive");
    git("commit", "--quiet", "-m", "out");
    expect(await changesOf(world, () => undefined)).toMatchObject({ paths: [], blind: false });
    const mark = join(dir, "canary");
    const changes = await changesOf(world, () => {
      gitIn(join(repo, "out", "in"), "config", "core.fsmonitor", `touch '${mark}'`);
      gitIn(join(repo, "out", "in"), "config", "filter.x.clean", `touch '${mark}'; cat`);
      writeFileSync(join(repo, "out", "in", ".gitattributes"), "* filter=x\n");
      writeFileSync(join(repo, "out", "in", "s"), "changed\n");
    });
    expect(changes).toMatchObject({ paths: ["out"], dirty: ["out"], blind: false });
    expect(() => realpathSync(mark)).toThrow();
    // Away with what .gitmodules says: that is a change by itself.
    const gone = await changesOf(world, () => rmSync(join(repo, ".gitmodules")));
    expect(gone.paths).toContain(".gitmodules");
  });

  it("is not looked for where a .gitmodules leads out", async () => {
    const world = makeWorld();
    const changes = await changesOf(world, () => {
      const paths = ["../elsewhere", "/etc", ".", "a/../b", ""].map(
        (path, at) => `[submodule "${at}"]\n\tpath = "${path}"\n`,
      );
      world.write(".gitmodules", paths.join(""));
    });
    expect(changes).toMatchObject({ paths: [".gitmodules"], blind: false });
  });
});

describe("the content of a file that git reads through a filter", () => {
  it("is unknown, not wrong: no change is reported, and none is denied", async () => {
    const world = makeWorld();
    world.git("config", "filter.x.clean", "sed s/secret/public/");
    writeFileSync(join(world.repo, ".git", "info", "attributes"), "*.x filter=x\n");
    world.write("a.x", "public\n");
    world.write("b.x", "public\n");
    world.git("add", ".");
    world.git("commit", "--quiet", "-m", "more");
    // To git the same; to whoever does not run the filter another.
    world.write("a.x", "secret\n");
    expect(world.git("diff")).toBe("");
    const changes = await changesOf(world, () => {
      world.write("b.x", "secret\n");
      world.write("f", "two\n");
    });
    expect(changes).toMatchObject({ paths: ["f"], dirty: ["f"], unread: ["b.x"], blind: false });
  });
});

describe('"could not look" is never told as "is not there"', () => {
  const nowhere = { PATH: "/nowhere", HOME: "/" };

  it("a directory without git is listed by its files", async () => {
    const { dir, env } = makeWorld();
    expect(await look(join(dir, "home"), env)).toMatchObject({
      kind: "files",
      files: { ".gitconfig": expect.any(String) },
    });
  });

  it("and knows where the person has git write down its commands: a repository may be made there", async () => {
    const { dir, env } = makeWorld();
    const home = join(dir, "home");
    const plain = join(dir, "plain");
    mkdirSync(plain);
    expect(await look(plain, env)).not.toHaveProperty("trace");
    appendFileSync(join(home, ".gitconfig"), "[trace2]\n\teventTarget = /var/trace\n");
    expect(await look(plain, env)).toMatchObject({ kind: "files", trace: "/var/trace" });
  });

  it("a git that is missing makes the listing blind, before and after", async () => {
    const world = makeWorld();
    const before = await look(world.repo, nowhere);
    expect(before).toMatchObject({ kind: "blind", top: world.repo, why: "git is not on PATH" });
    expect(await listAfter(before, { env: world.env, skip, wall })).toMatchObject({ kind: "blind" });
    const changes = await changesOf(world, () => undefined, nowhere);
    expect(changes).toMatchObject({ from: "git", blind: true, why: "git is not on PATH", commitsUnknown: true });
  });

  it.each<[string, (world: World) => void, RegExp]>([
    ["gone", ({ repo }) => rmSync(join(repo, ".git"), { recursive: true }), /that was there is gone/],
    ["broken", ({ repo }) => rmSync(join(repo, ".git", "HEAD")), /git finds no repository there/],
    [
      "another's working tree",
      ({ dir, git }) => git("config", "core.worktree", join(dir, "home")),
      /another working tree/,
    ],
    [
      "without the commit that it began at",
      ({ repo, git }) => {
        git("checkout", "--quiet", "--orphan", "other");
        git("commit", "--quiet", "-m", "other");
        git("branch", "-D", "main");
        git("reflog", "expire", "--expire=now", "--all");
        rmSync(join(repo, ".git", "COMMIT_EDITMSG"), { force: true });
        git("gc", "--quiet", "--prune=now");
      },
      /bad|Invalid/,
    ],
  ])("a repository that is %s afterwards is no repository without changes", async (_, work, why) => {
    const world = makeWorld();
    const changes = await changesOf(world, () => work(world));
    expect(changes).toMatchObject({ from: "git", blind: true, why: expect.stringMatching(why), commitsUnknown: true });
  });

  it("a commit named like an option is not an option", async () => {
    const world = makeWorld();
    const before = await look(world.repo, world.env);
    world.git("commit", "--quiet", "--allow-empty", "-m", "second");
    const forged = { ...before, head: `--output=${join(world.dir, "out")}` };
    const after = await listAfter(forged, { env: world.env, skip, wall });
    expect(after).toMatchObject({ blind: true, why: "where it began is not known" });
    expect(() => realpathSync(join(world.dir, "out"))).toThrow();
  });
});

describe("what git does not look at", () => {
  const hidden = (world: World): void => {
    world.write("assumed", "one\n");
    world.write("skipped", "one\n");
    world.git("add", ".");
    world.git("commit", "--quiet", "-m", "more");
    world.git("update-index", "--assume-unchanged", "assumed");
    world.git("update-index", "--skip-worktree", "skipped");
  };

  it("sees a change that git is set to take for unchanged", async () => {
    const world = makeWorld();
    hidden(world);
    // As a person left it, and as it stays.
    world.write("assumed", "a person's\n");
    const changes = await changesOf(world, () => world.write("skipped", "two\n"));
    expect(changes).toMatchObject({ paths: ["skipped"], unlooked: [] });
    const own = await changesOf(world, () => {
      world.git("update-index", "--assume-unchanged", "f");
      world.write("f", "hidden\n");
    });
    expect(own.paths).toEqual(["f"]);
    expect(world.git("status", "--porcelain")).toBe("");
  });

  it("because it ignores it is not a change, is listed by name, and is searched where a pattern means it", async () => {
    const world = makeWorld();
    world.write(".gitignore", "*.env\nbuild/\nnode_modules/\n");
    world.git("add", ".");
    world.git("commit", "--quiet", "-m", "ignores");
    for (const dir of ["build/gen", "node_modules/x"]) mkdirSync(join(world.repo, dir), { recursive: true });
    for (const path of ["a.env", "b.env", "build/gen/a", "build/gen/b", "node_modules/x/c"]) world.write(path, "1\n");
    const work = (): void => {
      for (const path of ["a.env", "new.env", "build/gen/a", "node_modules/x/c"]) world.write(path, `${later}\n`);
    };
    const plain = await changesOf(world, work);
    expect(plain).toMatchObject({ paths: [], ignored: ["a.env", "new.env"], unlooked: ["build/", "node_modules/"] });
    const sought = { cwd: world.repo, patterns: ["build/gen/a", "**/c"] };
    const before = await listBefore(await openRepository(world.repo, world.env), world.repo, {
      env: world.env,
      skip,
      wall,
      sought,
    });
    work();
    const after = await listAfter(before, { env: world.env, skip, wall, sought });
    expect(changesBetween(world.repo, before, after)).toMatchObject({
      paths: [],
      ignored: ["a.env", "build/gen/a", "new.env"],
      unlooked: ["node_modules/"],
    });
  });
});

it("what builds and tests leave in a directory that a pattern means as a whole is not what the pattern means", async () => {
  const world = makeWorld();
  world.write(".gitignore", "__pycache__/\n*.pyc\ndist/\n*.env\n");
  const dirs = ["tests/__pycache__", "packages/a/dist", "tests/dist"];
  for (const dir of dirs) mkdirSync(join(world.repo, dir), { recursive: true });
  const sought = { cwd: world.repo, patterns: ["tests/**", "packages/*/dist/index.js", "tests/dist/**"] };
  const at = { env: world.env, skip, wall, sought };
  const before = await listBefore(await openRepository(world.repo, world.env), world.repo, at);
  for (const path of [
    "tests/__pycache__/a.pyc",
    "tests/b.pyc",
    "tests/c.env",
    "packages/a/dist/index.js",
    "tests/dist/d",
  ])
    world.write(path, "1\n");
  const after = await listAfter(before, at);
  expect(changesBetween(world.repo, before, after).ignored.toSorted()).toEqual([
    "packages/a/dist/index.js",
    "tests/c.env",
    "tests/dist/d",
  ]);
});

describe("of more ignored files than are looked at", () => {
  const git = { kind: "git" as const, top: "/w", at: "", dirty: {} };

  it("those come first that the task names, and where not all was looked at is known", async () => {
    const { repo, write } = makeWorld();
    mkdirSync(join(repo, "dist"));
    for (const path of ["n1", "n2", "n3", "app.log", "x.log", "y.pem", "z.pem", "dist/a", "dist/b"]) write(path, "1\n");
    const names = ["n1", "n2", "n3", "app.log", "x.log", "y.pem", "z.pem", "dist/"];
    const look = async (patterns: string[], entries: number) =>
      await lookAtIgnored(
        new Marker(),
        names,
        { top: repo, skipped: () => false, bounds: { named: 2, entries } },
        { cwd: repo, patterns },
      );
    const all = await look(["*.pem", "app.log", "dist/*"], 10);
    expect(all.marks.map(([path]) => path)).toEqual(["app.log", "y.pem", "z.pem", "n1", "n2", "dist/a", "dist/b"]);
    expect(all).toMatchObject({ partly: [""], unlooked: ["1 more ignored files"] });
    const fewer = await look(["*.pem", "app.log", "dist/*"], 4);
    expect(fewer).toMatchObject({ partly: ["", "dist/"], unlooked: ["1 more ignored files", "dist/"] });
    const few = await look(["*.pem"], 1);
    expect(few.marks.map(([path]) => path)).toEqual(["y.pem", "n1", "n2"]);
    expect(few).toMatchObject({ partly: ["", "**"], unlooked: ["2 more ignored files", "dist/"] });
  });

  it.each<[what: string, partly: string[], ignored: string[]]>([
    ["all were looked at", [], ["dist/gone", "dist/new", "env", "gone", "kept", "new.pem"]],
    ["not all that no pattern means", [""], ["dist/gone", "dist/new", "kept", "new.pem"]],
    ["not all of a directory", ["dist/"], ["env", "gone", "kept", "new.pem"]],
    ["not all that was looked for", ["**"], ["kept"]],
  ])("nothing came or went where that is not known: %s", (_, partly, ignored) => {
    const sought = ["dist/**", "*.pem"];
    const before = { ...git, sought, ignored: { kept: "1", gone: "1", "dist/gone": "1", same: "1" } };
    const after = {
      ...git,
      sought,
      ignored: { kept: "2", env: "1", "dist/new": "1", "new.pem": "1", same: "1" },
      partly,
    };
    const changes = changesBetween("/w", before, after);
    expect(changes.ignored).toEqual(ignored);
    expect(changes.partly).toEqual(partly.filter((one) => one !== ""));
    expect(changesBetween("/w", { ...before, partly }, { ...after, partly: [] }).ignored).toEqual(ignored);
  });
});

describe("a repository inside", () => {
  const inside = (world: World, name: string): string => {
    const path = join(world.repo, name);
    mkdirSync(path);
    world.gitIn(path, "init", "--quiet");
    writeFileSync(join(path, "s"), "one\n");
    world.gitIn(path, "add", "s");
    world.gitIn(path, "commit", "--quiet", "-m", name);
    return path;
  };

  it("that was there is named when something in it changed, and is not a change; a new one is", async () => {
    const world = makeWorld();
    const [one, two] = [inside(world, "one"), inside(world, "two")];
    writeFileSync(join(two, "left"), "x\n");
    expect(await changesOf(world, () => undefined)).toMatchObject({ paths: [], nested: [] });
    const changes = await changesOf(world, () => {
      writeFileSync(join(one, "s"), "two\n");
      utimesSync(join(two, "s"), 5, 5);
      world.gitIn(two, "commit", "--quiet", "--allow-empty", "-m", "nothing");
      inside(world, "three");
    });
    expect(changes).toMatchObject({ paths: ["three"], nested: ["one"], dirty: [], blind: false });
    const committed = await changesOf(world, () => void world.gitIn(one, "commit", "--quiet", "-am", "two"));
    expect(committed).toMatchObject({ paths: [], nested: ["one"] });
  });

  it("as a submodule changes by its content: not by a touch, a mode, or by being checked out", async () => {
    const world = makeWorld();
    const { dir, repo, git, gitIn } = world;
    const origin = join(dir, "origin");
    mkdirSync(origin);
    gitIn(origin, "init", "--quiet");
    writeFileSync(join(origin, "s"), "one\n");
    gitIn(origin, "add", "s");
    gitIn(origin, "commit", "--quiet", "-m", "s");
    git("submodule", "--quiet", "add", origin, "lib");
    git("commit", "--quiet", "-m", "lib");
    const file = join(repo, "lib", "s");
    const small = await changesOf(world, () => {
      utimesSync(file, 5, 5);
      writeFileSync(join(repo, "lib", "gone"), "x\n");
      rmSync(join(repo, "lib", "gone"));
      chmodSync(file, 0o755);
    });
    expect(small.paths.filter((path) => !small.trivial.includes(path))).toEqual([]);
    expect(await changesOf(world, () => writeFileSync(file, "two\n"))).toMatchObject({ paths: ["lib"], trivial: [] });
    // Something was changed before already.
    expect(await changesOf(world, () => writeFileSync(file, "three\n"))).toMatchObject({ paths: ["lib"] });
    git("submodule", "--quiet", "deinit", "--force", "lib");
    const init = await changesOf(world, () => void git("submodule", "--quiet", "update", "--init", "lib"));
    expect(init.paths).toEqual([]);
  });
});
