/**
 * What an attempt had changed at its end, from the depot alone: the workspace, or the directory, may be another by now, or gone.
 * Of a directory that is not the task's alone, what was not committed before the attempt and stayed as it was is no change.
 */
import type { GitAnswer } from "@fleet/kit/git/git";

import type { Listing } from "../../attempts/evidence/listing.ts";
import { isSame } from "../../attempts/evidence/marks.ts";
import { inScratch } from "../../workspaces/scratch.ts";
import type { Io } from "../io.ts";

export interface TakenDiff {
  readonly home: string;
  readonly env: Io["env"];
  readonly depot: string;
  /** Undefined: from nothing. */
  readonly base: string | undefined;
  readonly snapshot: string;
  readonly options: readonly string[];
  /** Paths that were as they are before the attempt. */
  readonly known: ReadonlySet<string>;
}

/** Paths that were not committed when the attempt began, and look the same at its end. */
export function knownBefore(before: Listing | undefined, after: Listing | undefined): ReadonlySet<string> {
  if (before?.kind !== "git" || after?.kind !== "git") return new Set();
  const now = after.now ?? {};
  return new Set(
    Object.entries(before.dirty).flatMap(([path, then]) => {
      const mark = now[path];
      return mark !== undefined && isSame(then, mark) ? [path] : [];
    }),
  );
}

export async function diffTaken(of: TakenDiff): Promise<GitAnswer> {
  const { home, env, depot, base, snapshot, options, known } = of;
  return await inScratch({ home, env, depot }, async (run) => {
    const diff = async (from: string): Promise<GitAnswer> =>
      await run(["diff", "--no-ext-diff", "--no-textconv", "--no-color", ...options, from, snapshot]);
    if (base !== undefined && known.size === 0) return await diff(base);
    const read = await run(["read-tree", ...(base === undefined ? ["--empty"] : [base])]);
    if (read.kind !== "ok") return read;
    const listed = await run(["ls-tree", "-r", "-z", "--full-tree", snapshot]);
    if (listed.kind !== "ok") return listed;
    const input = asKnown(listed.stdout, known, snapshot.length);
    const made = input === "" ? read : await run(["update-index", "-z", "--index-info"], input);
    if (made.kind !== "ok") return made;
    const tree = await run(["write-tree"]);
    return tree.kind === "ok" ? await diff(tree.stdout.trim()) : tree;
  });
}

/** Lines for update-index that make these paths what the snapshot has. */
function asKnown(listed: string, known: ReadonlySet<string>, length: number): string {
  const there = new Map(
    listed.split("\0").flatMap((line): [string, string][] => {
      const path = line.slice(line.indexOf("\t") + 1);
      return known.has(path) ? [[path, line]] : [];
    }),
  );
  return [...known].map((path) => `${there.get(path) ?? `0 ${"0".repeat(length)}\t${path}`}\0`).join("");
}
