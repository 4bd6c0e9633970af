/**
 * Whether a person's word on work still stands: it names the state that they saw. The same change on a newer target is what they
 * approved; another change is not, and what moved is told. Pure; whatever closes or lands by an approval asks here.
 */
import type { Approval } from "@fleet/store/claims";

import type { FileContent, WorkContent } from "../../workspaces/work-content.ts";

/** The work as it is now. */
export interface WorkNow {
  readonly tree: string | undefined;
  readonly content: WorkContent | undefined;
}

export type Standing =
  | { readonly kind: "holds" }
  /** `moved`: the files that are not what was approved, or a sentence where they can't be named. */
  | { readonly kind: "void"; readonly moved: readonly string[] };

const HOLDS: Standing = { kind: "holds" };

export function standingOf(approval: Pick<Approval, "tree" | "content" | "files">, now: WorkNow): Standing {
  if (approval.tree !== undefined && approval.tree === now.tree) return HOLDS;
  const { content, files } = approval;
  if (content === undefined || now.content === undefined)
    return { kind: "void", moved: ["what it changes could not be compared"] };
  if (content === now.content.all) return HOLDS;
  const { files: others } = now.content;
  if (files === undefined || others === undefined) return { kind: "void", moved: ["more files than are told apart"] };
  const moved = [...new Set([...Object.keys(files), ...Object.keys(others)])].filter(
    (path) => !isAsApproved(files[path], others[path]),
  );
  return moved.length === 0 ? HOLDS : { kind: "void", moved: moved.sort() };
}

/** The same change on another state of the file, or the same file by whatever change. */
const isAsApproved = (one: FileContent | undefined, other: FileContent | undefined): boolean =>
  one !== undefined && other !== undefined && (one.change === other.change || one.file === other.file);
