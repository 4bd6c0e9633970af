/** Every kind of source, walked with the command and a supervisor: a task in it closes, or waits unclaimed and is told why. */
import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { Fleet } from "../support/fleet.ts";
import { gitLfs } from "../support/git-lfs.ts";
import { until } from "../support/until.ts";

class Sources {
  readonly #fleet: Fleet;
  readonly dir: string;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.dir = join(fleet.root, "sources");
    mkdirSync(this.dir);
    this.made("origin");
  }

  at(name: string): string {
    return join(this.dir, name);
  }

  git(name: string, ...args: string[]): string {
    return execFileSync("git", ["-C", this.at(name), ...args], {
      env: this.#fleet.env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  /** A repository with two commits. */
  made(name: string, ...init: string[]): void {
    mkdirSync(this.at(name), { recursive: true });
    this.git(name, "init", "-q", ...init);
    this.write(`${name}/f`, "one\n");
    this.write(`${name}/below/g`, "g\n");
    this.git(name, "add", "-A");
    this.git(name, "commit", "-qm", "one");
    this.write(`${name}/f`, "two\n");
    this.git(name, "commit", "-qam", "two");
  }

  cloned(name: string, ...options: string[]): void {
    this.git(".", "clone", "-q", ...options, `file://${this.at("origin")}`, name);
  }
}

const mounted = (...args: string[]): boolean => spawnSync("mount", args, { stdio: "ignore" }).status === 0;

/** What each takes, beside a clone; the answer is false where the machine does not let us make it. */
const WORKS: Readonly<Record<string, (sources: Sources) => boolean | string>> = {
  plain: (on) => (on.made("plain"), "test -f below/g"),
  bare: (on) => (on.cloned("bare", "--bare"), true),
  shallow: (on) => (on.cloned("shallow", "--depth=1"), true),
  partial: (on) => {
    on.git("origin", "config", "uploadpack.allowFilter", "true");
    on.git("origin", "config", "uploadpack.allowAnySHA1InWant", "true");
    on.cloned("partial", "--filter=blob:none");
    return "git show HEAD~1:f";
  },
  sparse: (on) => {
    on.cloned("sparse");
    on.git("sparse", "sparse-checkout", "set", "--cone", "nothing");
    return "test -f below/g";
  },
  sha256: (on) => (on.made("sha256", "--object-format=sha256"), true),
  detached: (on) => (on.cloned("detached"), on.git("detached", "checkout", "-q", "--detach", "HEAD~1"), true),
  linked: (on) => (on.git("origin", "worktree", "add", "-q", "-b", "linked", on.at("linked")), true),
  shared: (on) => (on.git(".", "clone", "-q", "--shared", on.at("origin"), "shared"), true),
  "linked objects": (on) => {
    on.cloned("linked objects");
    renameSync(on.at("linked objects/.git/objects"), on.at("objects"));
    symlinkSync(on.at("objects"), on.at("linked objects/.git/objects"));
    return true;
  },
  'with "quotes" and spaces': (on) => (on.cloned('with "quotes" and spaces'), true),
  submodule: (on) => {
    on.made("module");
    on.made("submodule");
    on.git("submodule", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "m");
    on.git("submodule", "commit", "-qm", "with a module");
    return "git -c protocol.file.allow=always submodule --quiet update --init && test -f m/f";
  },
  nested: (on) => (on.made("nested"), on.made("nested/inner"), "test ! -e inner"),
  lfs: (on) => {
    if (gitLfs() !== undefined) return false;
    on.made("lfs");
    on.git("lfs", "lfs", "install", "--local");
    on.git("lfs", "lfs", "track", "*.bin");
    on.write("lfs/a.bin", "large\n");
    on.git("lfs", "add", "-A");
    on.git("lfs", "commit", "-qm", "large");
    return 'test "$(cat a.bin)" = large && test -z "$(git status --porcelain)"';
  },
  "other disk": (on) => {
    mkdirSync(on.at("other disk"));
    if (!mounted("-t", "tmpfs", "-o", "size=16m", "tmpfs", on.at("other disk"))) return false;
    on.made("other disk");
    on.git("other disk", "gc", "-q");
    return true;
  },
  "read only": (on) => {
    on.made("read only");
    const dir = on.at("read only");
    return mounted("--bind", dir, dir) && mounted("-o", "remount,bind,ro", dir);
  },
};

function chownTree(path: string, uid: number): void {
  chownSync(path, uid, uid);
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) chownTree(join(path, entry.name), uid);
}

/** What is told of each that works in no clone; false where it can't be made. */
const REFUSED: Readonly<Record<string, (sources: Sources, home: string) => string | false>> = {
  none: (on) => (mkdirSync(on.at("none")), "is in no git repository"),
  unborn: (on) => (on.git(".", "init", "-q", "unborn"), "main has no commit yet"),
  replaced: (on) => {
    on.cloned("replaced");
    on.git("replaced", "replace", "HEAD", "HEAD~1");
    return "has replaced objects";
  },
  "line\nbreak": (on) => (on.cloned("line\nbreak"), "a path of the repository has a line break"),
  "somebody's": (on) => {
    if (process.getuid?.() !== 0) return false;
    on.cloned("somebody's");
    chownTree(on.at("somebody's"), 65_534);
    return "git config --global --add safe.directory";
  },
  "closed partial": (on) => {
    on.git("origin", "config", "uploadpack.allowFilter", "true");
    on.cloned("closed partial", "--filter=blob:none");
    const dir = on.at("closed partial");
    if (!mounted("--bind", dir, dir)) return false;
    return mounted("-o", "remount,bind,ro", dir) ? "is not writable" : false;
  },
  "too large": (on, home) => {
    mkdirSync(on.at("too large"));
    mkdirSync(join(home, "work"), { recursive: true });
    if (!mounted("-t", "tmpfs", "-o", "size=24m", "tmpfs", on.at("too large"))) return false;
    on.made("too large");
    on.write(
      "too large/noise",
      Array.from({ length: 800_000 }, () => Math.random().toString(36).slice(2, 12)).join(""),
    );
    on.git("too large", "add", "-A");
    on.git("too large", "commit", "-qm", "noise");
    return mounted("-t", "tmpfs", "-o", "size=4m", "tmpfs", join(home, "work")) ? "are free: make room" : false;
  },
};

const unmount = (dir: string): unknown => spawnSync("umount", ["-l", dir], { stdio: "ignore" });

test("a task in each kind of source commits in its clone, and what it made can be had in the source", async (context) => {
  await using fleet = await Fleet.make({ isolate: "clone", max_concurrent: "4" });
  const on = new Sources(fleet);
  const left: string[] = [];
  try {
    const ids = new Map<string, string>();
    for (const [name, make] of Object.entries(WORKS)) {
      const script = make(on);
      if (script === false) left.push(name);
      else {
        const first = script === true ? [] : [script];
        const work = ["set -e", ...first, "echo x > made; git add made; git commit -qm made", "pwd"].join("\n");
        const made = await fleet.run(["bd", "create", name, "-d", work, "--silent"], { cwd: on.at(name) });
        expect([name, made.code, made.stderr.replaceAll(/⚠ \d+ files? of .*\n/g, "")]).toEqual([name, 0, ""]);
        ids.set(name, made.stdout.trim());
      }
    }
    await fleet.supervise();
    for (const [name, id] of ids) {
      await fleet.settled(id, "closed", 60_000);
      expect([name, await fleet.ok(["task", id, "log", "--raw"])]).toEqual([
        name,
        expect.stringContaining(`${join(fleet.home, "work", id)}\n`),
      ]);
      if (name === "read only") continue;
      await fleet.ok(["checkout", id, "--branch", `made-${id}`]);
      expect([name, on.git(name, "log", "-1", "--format=%s", `made-${id}`)]).toEqual([name, "made"]);
      expect([name, on.git(name, "fsck", "--connectivity-only", "--no-dangling")]).toEqual([name, ""]);
    }
  } finally {
    for (const name of ["other disk", "read only"]) unmount(on.at(name));
  }
  if (left.length > 0) await context.annotate(`not made here: ${left.join(", ")}`);
}, 300_000);

test("a task in a source of which no clone can be made is not claimed, and says why; once fixed, it starts", async (context) => {
  await using fleet = await Fleet.make({ isolate: "clone" });
  const on = new Sources(fleet);
  const left: string[] = [];
  try {
    const ids = new Map<string, { readonly id: string; readonly why: string }>();
    for (const [name, make] of Object.entries(REFUSED)) {
      const why = make(on, fleet.home);
      if (why === false) left.push(name);
      else {
        const made = await fleet.run(["bd", "create", "work", "-d", "true", "--silent"], { cwd: on.at(name) });
        const asked = await fleet.run(["bd", "create", "work", "--isolate", "clone"], { cwd: on.at(name) });
        expect([name, asked.code === 0, asked.stderr]).toEqual([name, false, expect.stringContaining(why)]);
        ids.set(name, { id: made.stdout.trim(), why });
      }
    }
    await fleet.supervise();
    for (const [name, { id, why }] of ids) {
      await until(`why ${name} waits`, async () => (await fleet.ok(["explain", id])).includes(why));
      expect([name, attemptsOf(fleet.home, id)]).toEqual([name, []]);
    }
    unmount(join(fleet.home, "work"));
    unmount(on.at("closed partial"));
    on.git("none", "init", "-q");
    for (const name of ["none", "unborn"]) on.git(name, "commit", "-q", "--allow-empty", "-m", "first");
    on.git("replaced", "replace", "-d", on.git("replaced", "rev-parse", "HEAD"));
    on.git(".", "config", "--global", "--add", "safe.directory", on.at("somebody's"));
    for (const [name, { id }] of ids) if (name !== "line\nbreak") await fleet.settled(id, "closed", 60_000);
    const [first] = ids.values();
    const inside = join(fleet.home, "work", first?.id ?? "");
    expect(existsSync(inside)).toBe(true);
    const nested = await fleet.run(["bd", "create", "work", "--isolate", "clone"], { cwd: inside });
    expect(nested.stderr).toContain("is a workspace of this fleet's");
  } finally {
    for (const dir of [join(fleet.home, "work"), on.at("too large"), on.at("closed partial")]) unmount(dir);
  }
  if (left.length > 0) await context.annotate(`not made here: ${left.join(", ")}`);
}, 300_000);
