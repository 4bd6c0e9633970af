/** What git's answers mean for a move. */
import { expect, test } from "vitest";

import { obstacleIn } from "../../src/landing/bring-files.ts";
import { refEnd } from "../../src/landing/move-ref.ts";

const REFUSED: readonly (readonly [string, string | undefined])[] = [
  ["error: Entry 'a b' not uptodate. Cannot merge.\n", "changed a b"],
  ["error: Entry 'a' would be overwritten by merge. Cannot merge.\n", "staged a"],
  ["error: Untracked working tree file 'a' would be overwritten by merge.\n", "untracked a"],
  ["error: Updating 'a' would lose untracked files in it\n", "untracked a"],
  ["fatal: the disk is full\n", undefined],
];

test.for(REFUSED)("read-tree: %s", ([stderr, expected]) => {
  const obstacle = obstacleIn(stderr);
  expect(obstacle && `${obstacle.kind} ${obstacle.path}`).toBe(expected);
});

const LOCK = "cannot lock ref 'refs/heads/main'";
const ENDS: readonly (readonly [string, string])[] = [
  [`fatal: update_ref failed for ref 'refs/heads/main': ${LOCK}: is at 1 but expected 2\n`, "again"],
  [`fatal: ${LOCK}: unable to resolve reference 'refs/heads/main'\n`, "again"],
  [`fatal: ${LOCK}: Unable to create '/r/.git/refs/heads/main.lock': File exists.\n`, "wait"],
  [`fatal: ${LOCK}: Unable to create '/r/.git/refs/heads/main.lock': Permission denied\n`, "wait"],
];

test.for(ENDS)("update-ref: %s", ([stderr, kind]) => {
  expect(refEnd({ kind: "failed", code: 128, stdout: "", stderr }).kind).toBe(kind);
});

test("a move whose answer was lost is looked at", () => {
  expect(refEnd({ kind: "unavailable", why: "timed-out" }).kind).toBe("unsure");
});
