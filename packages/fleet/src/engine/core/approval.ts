/**
 * Whether a person's word on work still stands: it names the state that they saw. The same change on a newer target is what they
 * approved; another change is not, and what moved is told. Pure; whatever closes or lands by an approval asks here.
 */
import type { Seen } from "@fleet/store/ops/review";

import type { FileContent, WorkContent } from "../../workspaces/work-content.ts";

/** The work as it is now. */
export interface WorkNow {
  /** Where it begins. */
  readonly base: string | undefined;
  readonly tree: string | undefined;
  readonly content: WorkContent | undefined;
  readonly replayed: Replayed;
}

/** What was approved, made again on the base that the work has now. */
export type Replayed =
  /** `moved`: the files in which it is not what the work is. */
  | { readonly kind: "clean"; readonly moved: readonly string[] }
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** The commits are not there, or the approval names none. */
  | { readonly kind: "unknown" };

export type Standing =
  | { readonly kind: "holds" }
  /** `moved`: the files that are not what was approved, or a sentence where they can't be named. */
  | { readonly kind: "void"; readonly moved: readonly string[] };

const HOLDS: Standing = { kind: "holds" };

export function standingOf(approval: Seen, now: WorkNow): Standing {
  switch (now.replayed.kind) {
    case "clean":
      return voidBy(now.replayed.moved);
    case "conflict":
      return { kind: "void", moved: now.replayed.files };
    case "unknown":
      return byContent(approval, now);
  }
}

const voidBy = (moved: readonly string[]): Standing =>
  moved.length === 0 ? HOLDS : { kind: "void", moved: moved.toSorted() };

/** Weaker: the same lines in another place of a file can look alike. */
function byContent(approval: Seen, now: Omit<WorkNow, "replayed">): Standing {
  const isBase = approval.base === undefined || approval.base === now.base;
  if (approval.tree !== undefined && approval.tree === now.tree && isBase) return HOLDS;
  const { content, files } = approval;
  if (content === undefined || now.content === undefined)
    return { kind: "void", moved: ["what it changes could not be compared"] };
  if (content === now.content.all) return HOLDS;
  const { files: others } = now.content;
  if (files === undefined || others === undefined) return { kind: "void", moved: ["more files than are compared"] };
  return voidBy(
    [...new Set([...Object.keys(files), ...Object.keys(others)])].filter(
      (path) => !isAsApproved(files[path], others[path]),
    ),
  );
}

/** The same change on another state of the file, or the same file by whatever change. */
const isAsApproved = (one: FileContent | undefined, other: FileContent | undefined): boolean =>
  one !== undefined && other !== undefined && (one.change === other.change || one.file === other.file);
