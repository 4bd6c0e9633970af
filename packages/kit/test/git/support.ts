/** Repositories in a temporary directory, with a person's home beside them, and programs that leave a mark. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import type { Environment } from "@fleet/kit/git/environment";
import type { GitAnswer } from "@fleet/kit/git/git";
import type { Asking, Reader } from "@fleet/kit/git/readers";
import { type Found, openRepository } from "@fleet/kit/git/repository";

export interface World {
  readonly dir: string;
  /** Of the person: HOME with a .gitconfig, and nothing of the environment around. */
  readonly env: Readonly<Record<string, string>>;
  readonly repo: string;
  /** In the repository, as the person would; throws when git refuses. */
  readonly git: (...args: string[]) => string;
  /** The same elsewhere. */
  readonly gitIn: (dir: string, ...args: string[]) => string;
  /** As an agent's or person's plain git, whatever comes of it. */
  readonly plain: (...args: string[]) => void;
  /** Makes a file of the repository, or changes it so that git has to read it. */
  readonly write: (path: string, text: string) => void;
  /** A program that leaves the mark, and hands its input on. */
  readonly canary: string;
  /** A program that leaves the mark and fails; as path. */
  readonly failing: string;
  readonly wasRun: () => boolean;
  readonly forget: () => void;
}

export function program(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

let later = Date.now() / 1000 + 10;

/** A repository with one commit that has the file `f`. */
export function makeWorld(): World {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "kit git-")));
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
  const mark = join(dir, "canary-was-here");
  const canary = program(join(dir, "canary"), `touch '${mark}'; cat`);
  gitIn(repo, "init", "--quiet");
  write("f", "one\n");
  gitIn(repo, "add", "f");
  gitIn(repo, "commit", "--quiet", "-m", "first");
  return {
    dir,
    env,
    repo,
    git: (...args) => gitIn(repo, ...args),
    gitIn,
    plain: (...args) => void spawnSync("git", ["-C", repo, ...args], { env, stdio: "ignore", timeout: 10_000 }),
    write,
    canary: `'${canary}'`,
    failing: program(join(dir, "failing"), `touch '${mark}'; exit 1`),
    wasRun: () => existsSync(mark),
    forget: () => rmSync(mark, { force: true }),
  };
}

/** One question to the repository that a directory is in. */
export async function askRepository(
  dir: string,
  env: Environment,
  command: Reader,
  asking?: Asking,
): Promise<GitAnswer | Exclude<Found, { kind: "repository" }>> {
  const found = await openRepository(dir, env);
  if (found.kind !== "repository") return found;
  try {
    return await found.repository.ask(command, asking);
  } finally {
    found.repository.close();
  }
}
