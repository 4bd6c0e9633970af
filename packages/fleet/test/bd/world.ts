/** A directory, a HOME with a git identity, and a home of its own for each test; nothing is left behind. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { shardOf } from "@fleet/store/shard";

import type { Result } from "../../../../fixtures/conformance/matcher.mjs";
import { runBd } from "../../src/bd/bd.ts";
import type { Io } from "../../src/app/io.ts";
import { Template } from "../../../kit/test/template.ts";

export interface World {
  readonly root: string;
  readonly dir: string;
  readonly home: string;
  readonly fleetHome: string;
  readonly bd: (argv: readonly string[], options?: Options) => Promise<Result>;
  readonly json: (argv: readonly string[], options?: Options) => Promise<unknown>;
  readonly file: (path: string, text: string) => string;
  readonly [Symbol.dispose]: () => void;
}

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Buffer;
  readonly cwd?: string;
  readonly now?: number;
  readonly terminal?: boolean;
}

const GITCONFIG = "[user]\n\tname = Test User\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n";

/** Removed at the end of its scope: `using world = makeWorld()`. */
export function makeWorld(): World {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-bd-"));
  const home = join(root, "home");
  const dir = join(root, "proj");
  const fleetHome = join(dir, ".fleet");
  mkdirSync(home);
  mkdirSync(dir);
  writeFileSync(join(home, ".gitconfig"), GITCONFIG);
  const base = {
    PATH: process.env["PATH"],
    HOME: home,
    USER: "tester",
    FLEET_HOME: fleetHome,
    GIT_CONFIG_NOSYSTEM: "1",
    EDITOR: "true",
  };
  const bd = async (argv: readonly string[], options: Options = {}): Promise<Result> => {
    let stdout = "";
    let stderr = "";
    const io: Io = {
      cwd: options.cwd ?? dir,
      env: { ...base, ...options.env },
      out: (text) => {
        stdout += text;
      },
      exact: (text) => {
        stdout += text;
      },
      err: (text) => {
        stderr += text;
      },
      stdin: async () => Buffer.from(options.stdin ?? ""),
      isTerminal: { stdin: false, stdout: options.terminal === true, stderr: options.terminal === true },
      now: () => options.now ?? Date.now(),
      interrupted: new AbortController().signal,
    };
    const exit = await runBd(argv, io);
    return { exit, stdout, stderr };
  };
  return {
    root,
    dir,
    home,
    fleetHome,
    bd,
    json: async (argv, options) => {
      const { exit, stdout, stderr } = await bd([...argv, "--json"], options);
      if (exit !== 0) throw new Error(`bd ${argv.join(" ")}: exit ${exit}: ${stderr}${stdout}`);
      const value: unknown = JSON.parse(stdout);
      return value;
    },
    file: (path, text) => {
      const full = join(dir, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

const HOME = new Template(async (home) => {
  using world = makeWorld();
  const argv = ["init", "--prefix", "tt", "--skip-agents", "--skip-hooks", "--quiet"];
  const { exit, stderr } = await world.bd(argv, { env: { FLEET_HOME: home } });
  if (exit !== 0) throw new Error(stderr);
});

/** With a home, as `bd init` makes it. */
export async function initialized(): Promise<World> {
  const world = makeWorld();
  await HOME.copyTo(world.fleetHome);
  return world;
}

/** git in its home. */
export function git(world: World, args: readonly string[], input = "", env: Record<string, string> = {}): string {
  return execFileSync("git", ["--git-dir", join(world.fleetHome, ".git"), ...args], {
    encoding: "utf8",
    input,
    env: { PATH: process.env["PATH"], HOME: world.home, ...env },
  }).trim();
}

/** Rewrites a shard as a hand in a clone might, and moves the branch on. */
export function edit(world: World, id: string, change: (text: string) => string): string {
  const path = `issues/${shardOf(id)}.jsonl`;
  const index = { GIT_INDEX_FILE: join(world.root, "index") };
  const text = git(world, ["show", `main:${path}`]);
  const blob = git(world, ["hash-object", "-w", "--stdin"], `${change(text)}\n`);
  git(world, ["read-tree", "main"], "", index);
  git(world, ["update-index", "--cacheinfo", `100644,${blob},${path}`], "", index);
  const tree = git(world, ["write-tree"], "", index);
  const commit = git(world, ["commit-tree", tree, "-p", "main", "-m", "by hand"]);
  git(world, ["update-ref", "refs/heads/main", commit]);
  return path;
}

/** Runs in another time zone. */
export async function inZone(zone: string, run: () => Promise<unknown>): Promise<void> {
  const before = process.env["TZ"];
  process.env["TZ"] = zone;
  try {
    await run();
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
}
