/**
 * Makes the files and the index of a checkout whole after a move that was interrupted. The content of each file that the candidate
 * changes tells whether it is the old one, the new one, missing (git deletes a file before it writes it) or somebody's own; that last
 * kind is left alone. Runs under the index lock.
 */
import { join } from "node:path";

import { removeEmptyDirs, removeFile } from "@fleet/kit/files";
import { type ChangedPath, type Entry, type Indexed, isSame } from "@fleet/kit/git/changed-paths";

import { putIndex, takeOwnIndex } from "./bring-files.ts";
import { type Checkout, gitIn, ownIndex, toldBy } from "./checkout.ts";
import { contentsOf } from "./contents.ts";
import { isExecutable, lookIn } from "@fleet/kit/git/files-there";
import { fileOf, prefixesOf, type Standing, standingOf } from "@fleet/kit/git/in-the-way";
import { changedBy, indexOf } from "./look-at-checkout.ts";

/** back: as before the move · forward: as in the candidate. */
export type Way = "back" | "forward";

/**
 * What a missing file means. ours: git deleted it to rewrite it, because a move was under way in this working tree · theirs: somebody
 * deleted it.
 */
export type Gone = "ours" | "theirs";

interface Seen {
  readonly standing: Standing;
  readonly isExecutable: boolean;
  /** The names that its content may have. */
  readonly contents: ReadonlySet<string> | undefined;
  /** Absent on purpose: outside of the sparse checkout. */
  readonly isSkipped: boolean;
  readonly gone: Gone;
}

/** right: nothing to do · write, remove: do that · left: somebody changed it, so leave it. */
export type Verdict = "right" | "write" | "remove" | "left";

const REPOSITORY = "160000";
const EXECUTABLE = "100755";

const sidesOf = ({ before, after }: ChangedPath, way: Way) =>
  way === "forward" ? ({ wanted: after, other: before } as const) : ({ wanted: before, other: after } as const);

/** Decides what to do with one file. Pure. */
export function verdictOf(changed: ChangedPath, way: Way, seen: Seen): Verdict {
  const { wanted, other } = sidesOf(changed, way);
  // git does not touch a submodule's files here, and neither do we.
  if (wanted?.mode === REPOSITORY) return seen.standing === "absent" ? "write" : "right";
  if (other?.mode === REPOSITORY && seen.standing === "directory") return wanted === undefined ? "right" : "left";
  // git tracks no directories: the files in it have paths of their own.
  if (wanted === undefined && (seen.standing === "absent" || seen.standing === "directory")) return "right";
  if (seen.standing === "absent")
    return seen.isSkipped ? "right" : seen.gone === "theirs" && other !== undefined ? "left" : "write";
  if (isLike(wanted, other, seen)) return "right";
  if (isLike(other, wanted, seen)) return wanted === undefined ? "remove" : "write";
  return "left";
}

/** Where both sides have the same content, the mode tells them apart. */
function isLike(
  one: Entry | undefined,
  against: Entry | undefined,
  { standing, contents, isExecutable }: Seen,
): boolean {
  if (one === undefined || contents?.has(one.oid) !== true || standing !== fileOf(one)) return false;
  return one.oid !== against?.oid || standing === "link" || isExecutable === (one.mode === EXECUTABLE);
}

/** Returns the files that were left alone. Throws if git failed; then it is repeated later. */
export async function restore(checkout: Checkout, way: Way, gone: Gone = "ours"): Promise<string[]> {
  const changed = await changedBy(checkout);
  const index = ownIndex(checkout);
  const instance = await takeOwnIndex(checkout);
  const entries = await indexOf(checkout, index);
  await setEntries(checkout, changed, { entries, way, gone });
  const left: string[] = [];
  // Remove first: a file may be where a directory has to be.
  for (const isComing of [false, true]) {
    const some = changed.filter((one) => (sidesOf(one, way).wanted !== undefined) === isComing);
    left.push(...(await restoreFiles(checkout, some, { entries, way, gone })));
  }
  // Files outside of the sparse checkout are not written.
  if ([...entries.values()].some(({ isSkipped }) => isSkipped))
    await gitIn(checkout, ["read-tree", "-m", "-u", "HEAD", "HEAD"], { index });
  await gitIn(checkout, ["update-index", "-q", "--refresh"], { index });
  putIndex(checkout, instance);
  return left;
}

interface Restoring {
  readonly entries: ReadonlyMap<string, Indexed>;
  readonly way: Way;
  readonly gone: Gone;
}

/** Replaces the other side's index entries by those wanted; all other entries stay. */
async function setEntries(
  checkout: Checkout,
  changed: readonly ChangedPath[],
  { entries, way }: Restoring,
): Promise<void> {
  const lines = changed.flatMap((one) => {
    const { wanted, other } = sidesOf(one, way);
    if (!isSame(entries.get(one.path), other)) return [];
    return [
      wanted === undefined ? `0 ${zerosOf(checkout)}\t${one.path}\0` : `${wanted.mode} ${wanted.oid}\t${one.path}\0`,
    ];
  });
  if (lines.length === 0) return;
  const input = lines.toSorted((a, b) => Number(b.startsWith("0 ")) - Number(a.startsWith("0 "))).join("");
  const set = await gitIn(checkout, ["update-index", "--replace", "-z", "--index-info"], {
    index: ownIndex(checkout),
    input,
  });
  toldBy(set, "write the index", checkout);
}

const zerosOf = ({ move }: Checkout): string => "0".repeat(move.to.length);

async function restoreFiles(
  checkout: Checkout,
  changed: readonly ChangedPath[],
  { entries, way, gone }: Restoring,
): Promise<string[]> {
  const { dir } = checkout;
  const look = lookIn(dir);
  const contents = await contentsOf(
    checkout,
    changed.map(({ path }) => path),
  );
  const left: string[] = [];
  const written: string[] = [];
  for (const one of changed) {
    const { path } = one;
    const standing = standingOf(path, look);
    const verdict = verdictOf(one, way, {
      standing,
      isExecutable: standing === "file" && isExecutable(join(dir, path)),
      contents: contents.get(path),
      isSkipped: entries.get(path)?.isSkipped === true,
      gone,
    });
    if (verdict === "remove") {
      removeFile(join(dir, path));
      removeEmptyDirs(
        prefixesOf(path)
          .toReversed()
          .map((prefix) => join(dir, prefix)),
      );
    } else if (verdict === "left" || (verdict === "write" && isCovered(path, look))) left.push(path);
    else if (verdict === "write") written.push(path);
  }
  if (written.length > 0) {
    const input = written.map((path) => `${path}\0`).join("");
    const args = ["checkout-index", "-f", "-u", "-q", "-z", "--stdin"];
    toldBy(await gitIn(checkout, args, { index: ownIndex(checkout), input }), "write its files", checkout);
  }
  return left;
}

/** Somebody's file or link is where a parent directory has to be. */
const isCovered = (path: string, look: (path: string) => Standing): boolean =>
  prefixesOf(path).some((prefix) => !["absent", "directory"].includes(look(prefix)));
