/** A person's repository with a candidate for its branch main, for moves without a lander. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, onTestFinished } from "vitest";

import type { Move, MovePoint, Moving } from "../../src/landing/move.ts";

const PERSON = "[user]\n\tname = P\n\temail = p@example.com\n[init]\n\tdefaultBranch = main\n";
const PREFIX = "fleet-land-";

const environment = (dir: string): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: join(dir, "person"),
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_EDITOR: "true",
});

const runIn =
  (dir: string) =>
  (at: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: at, env: environment(dir), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

interface Made {
  readonly from: string;
  readonly to: string;
}

/** A repository and, in a clone of it, a candidate that adds, changes and removes files of each kind. */
function makeIn(dir: string): Made {
  const git = runIn(dir);
  const [repo, maker] = [join(dir, "repo"), join(dir, "maker")];
  mkdirSync(join(dir, "person"));
  writeFileSync(join(dir, "person", ".gitconfig"), PERSON);
  mkdirSync(repo);
  git(repo, "init", "-q");
  for (const name of ["changed", "gone", "other", "become-dir", "become-file/in", "sub/deep/gone", "mode.sh"])
    put(join(repo, name), `${name}, as it was\n`);
  put(join(repo, ".gitignore"), ".env\ndist\n*.log\n");
  symlinkSync("changed", join(repo, "link"));
  git(repo, "add", "-A");
  git(repo, "commit", "-qm", "one");
  git(dir, "clone", "-q", repo, maker);
  const from = git(repo, "rev-parse", "HEAD").trim();
  put(join(maker, "changed"), "changed by the task\n");
  for (const name of ["gone", "sub/deep/gone", "become-dir", "become-file/in", "link"]) unlinkSync(join(maker, name));
  rmSync(join(maker, "become-file"), { recursive: true, force: true });
  put(join(maker, "become-dir/in"), "now in a directory\n");
  put(join(maker, "become-file"), "now a file\n");
  put(join(maker, "new/deep/file"), "new\n");
  put(join(maker, ".env"), "OF_THE_TASK=1\n");
  put(join(maker, "dist/y"), "built\n");
  put(join(maker, 'odd "name\n'), "odd\n");
  symlinkSync("other", join(maker, "link"));
  chmodSync(join(maker, "mode.sh"), 0o755);
  git(maker, "add", "-A", "-f");
  git(maker, "commit", "-qm", "candidate");
  const to = git(maker, "rev-parse", "HEAD").trim();
  git(repo, "fetch", "-q", "--no-write-fetch-head", maker, `+HEAD:refs/fleet/home/land/t-1/1`);
  return { from, to };
}

let template: { readonly dir: string; readonly made: Made } | undefined;

/** Made once for a file of tests, which calls `useTemplate` for its end. */
export function useTemplate(): void {
  afterAll(() => {
    if (template !== undefined) rmSync(template.dir, { recursive: true, force: true });
    template = undefined;
  });
}

const newDir = (): string => realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));

export class Killed extends Error {}

export class Repository {
  readonly dir: string;
  readonly repo: string;
  readonly move: Move;
  readonly moving: Moving;

  constructor() {
    if (template === undefined) {
      const dir = newDir();
      template = { dir, made: makeIn(dir) };
    }
    this.dir = newDir();
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }));
    cpSync(template.dir, this.dir, { recursive: true, verbatimSymlinks: true });
    this.repo = join(this.dir, "repo");
    const commonDir = join(this.repo, ".git");
    // Their times and inodes are others after a copy.
    this.git("update-index", "-q", "--refresh");
    this.move = { source: { top: this.repo, commonDir }, target: "main", ...template.made, task: "t-1" };
    this.moving = { home: join(this.dir, "home"), env: environment(this.dir) };
  }

  /** As a kill does: nothing after this point runs. */
  killedAt(point: MovePoint): Moving {
    return {
      ...this.moving,
      at: (reached) => {
        if (reached === point) throw new Killed(point);
      },
    };
  }

  readonly git = (...args: string[]): string => this.gitIn(this.repo, ...args);
  readonly gitIn = (at: string, ...args: string[]): string => runIn(this.dir)(at, ...args);
  /** One that stops with an error, as a merge with conflicts does. */
  readonly stops = (...args: string[]): void => {
    try {
      this.git(...args);
    } catch {
      return;
    }
    throw new Error(`git ${args.join(" ")} did not stop`);
  };

  readonly write = (path: string, text: string): void => put(join(this.repo, path), text);
  readonly read = (path: string): string => readFileSync(join(this.repo, path), "utf8");
  readonly tip = (): string => this.git("rev-parse", "main").trim();
  readonly status = (at = this.repo): string => this.gitIn(at, "status", "--porcelain", "--ignored", "-uall");

  /** Files that a move could have left. */
  left(): string[] {
    return readdirSync(this.move.source.commonDir, { recursive: true, encoding: "utf8" }).filter(
      (path) => /\.lock$|\.tmp$|fleet-landing/.test(path) && !path.startsWith("objects"),
    );
  }

  /** What the working tree has, without its git directory. */
  files(at = this.repo): Record<string, string> {
    const files: Record<string, string> = {};
    for (const path of readdirSync(at, { recursive: true, encoding: "utf8" }).sort()) {
      if (path === ".git" || path.startsWith(".git/")) continue;
      const full = join(at, path);
      const stat = lstatSync(full);
      if (stat.isSymbolicLink()) files[path] = `-> ${readlinkSync(full)}`;
      else if (stat.isFile()) files[path] = `${(stat.mode & 0o111) === 0 ? "" : "x "}${readFileSync(full, "latin1")}`;
    }
    return files;
  }
}
