/** Who has a branch checked out, or is in the middle of something with it, by the files that git keeps of that. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { parseWorktrees } from "@fleet/kit/git/worktrees";
import { expect, onTestFinished, test } from "vitest";

import { busyEnd, busyWith } from "../../src/landing/holders.ts";
import type { Busy } from "../../src/landing/move.ts";

const REF = "refs/heads/main";

/** The files, whether the branch is checked out there, what that means. */
const CASES: readonly (readonly [Readonly<Record<string, string>>, boolean, Busy | undefined])[] = [
  [{}, true, undefined],
  [{ "rebase-merge/head-name": `${REF}\n` }, false, "rebase"],
  [{ "rebase-apply/head-name": `${REF}\n` }, false, "rebase"],
  [{ "rebase-merge/head-name": "refs/heads/x\n", "rebase-merge/update-refs": `${REF}\n1\n2\n` }, false, "rebase"],
  [{ "rebase-merge/head-name": "refs/heads/main2\n" }, false, undefined],
  [{ BISECT_START: "main\n" }, false, "bisect"],
  [{ BISECT_START: "other\n" }, false, undefined],
  [{ MERGE_HEAD: "1\n" }, true, "merge"],
  [{ MERGE_HEAD: "1\n" }, false, undefined],
  [{ CHERRY_PICK_HEAD: "1\n" }, true, "cherry-pick"],
  [{ REVERT_HEAD: "1\n" }, true, "revert"],
  [{ "rebase-apply/applying": "" }, true, "apply"],
  [{ "sequencer/todo": "pick 1\n" }, true, "sequence"],
];

test.for(CASES)("%j, checked out: %s, is %s", ([files, isHere, expected]) => {
  const gitDir = mkdtempSync(join(tmpdir(), "fleet-busy-"));
  onTestFinished(() => rmSync(gitDir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(gitDir, name)), { recursive: true });
    writeFileSync(join(gitDir, name), text);
  }
  expect(busyWith(gitDir, REF, isHere)).toBe(expected);
});

test("a working tree that is gone is pruned from the repository that has it", () => {
  expect(busyEnd("away", "/gone", "/repo")).toMatchObject({ mend: "git -C /repo worktree prune" });
});

test("working trees are separated by NUL, whatever their paths contain", () => {
  const text = `worktree /a\nb\0HEAD 1\0branch ${REF}\0\0worktree /c\0HEAD 1\0detached\0locked\0\0worktree /d.git\0bare\0\0`;
  expect(parseWorktrees(text)).toEqual([
    { dir: "/a\nb", branch: REF, isBare: false },
    { dir: "/c", isBare: false },
    { dir: "/d.git", isBare: true },
  ]);
});
