/** A person's repository and a home of a fleet, for workspaces made without a supervisor. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { ensureWorkspace, type Ensured } from "../../src/workspaces/ensure.ts";
import type { Making, Point } from "../../src/workspaces/making.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";

export interface Ground {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly repo: string;
  /** In the person's repository. */
  readonly git: (...args: string[]) => string;
  readonly gitIn: (dir: string, ...args: string[]) => string;
  readonly write: (path: string, text: string) => void;
  readonly making: Making;
}

const PERSON = "[user]\n\tname = P\n\temail = p@example.com\n[init]\n\tdefaultBranch = main\n";

/** A repository with two commits: one in a pack, one loose. */
export function makeGround(): Ground {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet-ws-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [person, repo, home] = [join(dir, "person"), join(dir, "repo"), join(dir, "home")];
  for (const one of [person, repo, home]) mkdirSync(one);
  writeFileSync(join(person, ".gitconfig"), PERSON);
  const env = { PATH: process.env["PATH"] ?? "", HOME: person, GIT_CONFIG_NOSYSTEM: "1" };
  const gitIn = (at: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: at, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  const git = (...args: string[]): string => gitIn(repo, ...args);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  };
  git("init", "-q");
  write("f", "one\n");
  write("packages/api/a", "a\n");
  git("add", "-A");
  git("commit", "-qm", "one");
  git("gc", "-q");
  write("f", "two\n");
  git("commit", "-qam", "two");
  return { dir, env, home, repo, git, gitIn, write, making: { home, env, now: () => 1_800_000_000_000 } };
}

export const madeOf = (ensured: Ensured): WorkspaceRecord => {
  if (ensured.kind === "ready") return ensured.record;
  throw new Error(ensured.why);
};

export const ensureIn = async (ground: Ground, task = "t-1", cwd = ground.repo): Promise<WorkspaceRecord> =>
  madeOf(await ensureWorkspace(ground.making, { task, cwd }));

export class Killed extends Error {}

/** Ends the making at this point, as a kill does: nothing after it runs. */
export const killedAt = (ground: Ground, point: Point): Making => ({
  ...ground.making,
  at: (reached) => {
    if (reached === point) throw new Killed(point);
  },
});

const OBJECT = /\.pack$|(?:^|\/)objects\/[0-9a-f]{2}\/[0-9a-f]+$/;

/**
 * Every path below with kind, mode, time of change and content. Of packs and objects no time: git sets it wherever an object is
 * to be written that is there already, in a repository that it borrows from, too; a linked pack is one file in both places.
 */
export function pictureOf(dir: string): string[] {
  const seen: string[] = [];
  const walk = (below: string): void => {
    for (const name of readdirSync(join(dir, below)).sort()) {
      const path = join(below, name);
      const stat = lstatSync(join(dir, path));
      const content = stat.isSymbolicLink()
        ? readlinkSync(join(dir, path))
        : stat.isFile()
          ? createHash("sha1")
              .update(readFileSync(join(dir, path)))
              .digest("hex")
          : "";
      seen.push(`${path} ${stat.mode} ${OBJECT.test(path) ? "" : stat.mtimeMs} ${content}`);
      if (stat.isDirectory()) walk(path);
    }
  };
  walk("");
  return seen;
}
