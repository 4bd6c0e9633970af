/** What a person may have done in a repository when a target is moved, and what is to come of it. */
import { renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { branchMover } from "../../src/landing/branch-mover.ts";
import type { Repository } from "./repository.ts";

/** What a person has done, and where `main` is checked out then. */
export const MOVED: Readonly<Record<string, (its: Repository) => string | void>> = {
  "in a clean checkout": () => undefined,
  "beside changes, staged and not, and files that git does not know or ignores": (its) => {
    its.write("other", "mine\n");
    its.write(".gitignore", `${its.read(".gitignore")}mine\n`);
    its.git("add", "other");
    its.write("other", "mine, and more\n");
    its.write("notes", "n\n");
    its.write("x.log", "ignored\n");
    its.write("new/mine", "beside a new file\n");
    its.write("sub/deep/mine", "beside one that goes\n");
  },
  "where HEAD is detached": (its) => {
    its.git("checkout", "-q", "--detach");
    return "";
  },
  "where another branch is checked out": (its) => {
    its.git("switch", "-qc", "mine");
    return "";
  },
  "in a linked working tree": (its) => {
    its.git("switch", "-qc", "mine");
    its.git("worktree", "add", "-q", join(its.dir, "linked"), "main");
    writeFileSync(join(its.dir, "linked", "other"), "mine\n");
    return join(its.dir, "linked");
  },
  "in a sparse checkout": (its) => {
    its.git("sparse-checkout", "set", "sub");
  },
  "with a split index": (its) => {
    its.git("update-index", "--split-index");
    its.write("other", "mine\n");
    its.git("add", "other");
  },
  "over files that git was told not to look at, and that are as they were": (its) => {
    its.git("update-index", "--assume-unchanged", "changed");
    its.git("update-index", "--skip-worktree", "gone");
  },
};

/** What a person has done, and what the reason says. */
export const WAITS: Readonly<Record<string, readonly [string | RegExp, (its: Repository) => unknown]>> = {
  "an ignored file where a new one is to be": [".env in", (its) => its.write(".env", "SECRET=1\n")],
  "an ignored file where a new directory is to be": ["dist in", (its) => its.write("dist", "mine\n")],
  "a file that git does not know where a new one is to be": [
    "new/deep/file in",
    (its) => its.write("new/deep/file", ""),
  ],
  "a link where a new directory is to be": ["new in", (its) => symlinkSync("sub", join(its.repo, "new"))],
  "an ignored file below a directory that becomes a file": [
    "become-file/x.log in",
    (its) => its.write("become-file/x.log", "mine\n"),
  ],
  "a changed file": ["changed in", (its) => its.write("changed", "mine\n")],
  "a staged file": [
    /changed in .* staged/,
    (its) => {
      its.write("changed", "mine\n");
      its.git("add", "changed");
    },
  ],
  "a deleted file": [/changed in .* deleted/, (its) => unlinkSync(join(its.repo, "changed"))],
  "a file that is to be added": [
    "new/deep/file in",
    (its) => {
      its.write("new/deep/file", "mine\n");
      its.git("add", "-N", "new/deep/file");
    },
  ],
  "a changed file that git was told to take for unchanged": [
    /changed in .* not to look/,
    (its) => {
      its.git("update-index", "--assume-unchanged", "changed");
      its.write("changed", "mine\n");
    },
  ],
  "a changed file that git was told to skip": [
    /gone in .* not to look/,
    (its) => {
      its.git("update-index", "--skip-worktree", "gone");
      its.write("gone", "mine\n");
    },
  ],
  "an open merge without conflicts": [
    "a merge into it is open",
    (its) => {
      its.git("switch", "-qc", "side");
      its.git("commit", "-q", "--allow-empty", "-m", "side");
      its.git("switch", "-q", "main");
      its.git("merge", "-q", "--no-ff", "--no-commit", "side");
    },
  ],
  "a stopped cherry-pick": [
    "a cherry-pick onto it is open",
    (its) => {
      conflicting(its);
      its.stops("cherry-pick", "side");
    },
  ],
  "a merge with conflicts": [
    "a merge into it is open",
    (its) => {
      conflicting(its);
      its.stops("merge", "-q", "side");
    },
  ],
  "a rebase of the target": [
    "it is being rebased",
    (its) => {
      conflicting(its);
      its.stops("rebase", "-q", "side");
    },
  ],
  "a bisection": [
    "it is being bisected",
    (its) => {
      its.git("bisect", "start", "-q");
    },
  ],
  "a locked index": ["index.lock exists", (its) => writeFileSync(join(its.repo, ".git/index.lock"), "")],
  "a locked branch": ["main.lock exists", (its) => writeFileSync(join(its.repo, ".git/refs/heads/main.lock"), "")],
  "a checkout in a directory that is away": [
    "does not exist now",
    (its) => {
      its.git("switch", "-qc", "mine");
      its.git("worktree", "add", "-q", "--lock", join(its.dir, "linked"), "main");
      renameSync(join(its.dir, "linked"), join(its.dir, "unmounted"));
    },
  ],
};

/** `main` and `side` differ in one line of a file that the candidate does not change. */
function conflicting(its: Repository): void {
  its.git("switch", "-qc", "side");
  its.write("other", "of side\n");
  its.git("commit", "-qam", "side");
  its.git("switch", "-q", "main");
  its.write("other", "of main\n");
  its.git("commit", "-qam", "main");
}

export async function expectMoved(its: Repository, name: string): Promise<void> {
  const held = MOVED[name]?.(its) ?? its.repo;
  const before = its.status();
  expect(await branchMover.moveTarget(its.moving, its.move)).toEqual({ kind: "moved" });
  expect(its.tip()).toBe(its.move.to);
  expect(its.left()).toEqual([]);
  expect(its.status()).toBe(before);
  if (held === "") return;
  expect(its.gitIn(held, "diff", "--cached", "HEAD", "--", "changed", "gone", ".env", "new/deep/file")).toBe("");
  expect(its.gitIn(held, "diff", "--", "changed", "gone", "become-dir", "become-file", "link", "mode.sh")).toBe("");
}

export async function expectWait(its: Repository, name: string): Promise<void> {
  const [words = "", prepare] = WAITS[name] ?? [];
  prepare?.(its);
  const before = { status: its.status(), files: its.files(), left: its.left(), tip: its.tip() };
  const end = await branchMover.moveTarget(its.moving, { ...its.move, from: before.tip });
  expect(end).toMatchObject({ kind: "wait", why: expect.stringMatching(words) });
  expect({ status: its.status(), files: its.files(), left: its.left(), tip: its.tip() }).toEqual(before);
}
