/** Why a source can't have workspaces, by name. Pure. */
import { shellWord } from "@fleet/kit/shell";
import { sizeText } from "@fleet/kit/size";
import type { FoundSource } from "@fleet/kit/git/source";

/**
 * no-repository: the directory is in none · unreadable: git refuses (another owner, a line break in the path) · unborn: no commit yet
 * · replaced: `git replace` shows another history than the copied one · of-fleet: it is a workspace of this fleet · closed: a ref has
 * to be kept in it (direct.ts), and it is not writable · no-room: the objects have to be copied, and the disk is too full.
 */
export type Refusal =
  | { readonly kind: "no-repository" }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "unborn"; readonly branch: string }
  | { readonly kind: "replaced" }
  | { readonly kind: "of-fleet" }
  | { readonly kind: "closed"; readonly commonDir: string }
  | { readonly kind: "no-room"; readonly needed: number; readonly free: number };

export interface Facts {
  readonly found: FoundSource;
  /** It is below this fleet's workspaces. */
  readonly isOfFleet: boolean;
  /** fleet has to write a ref into it, and can't. */
  readonly isClosed: boolean;
  /** Bytes: the objects to copy, and the disk's free space. */
  readonly needed: number;
  readonly free: number;
}

/** Undefined: workspaces can be made. */
export function refusalOf({ found, isOfFleet, isClosed, needed, free }: Facts): Refusal | undefined {
  if (found.kind === "none") return { kind: "no-repository" };
  if (found.kind === "unknown") return { kind: "unreadable", why: found.why };
  const { source } = found;
  if (isOfFleet) return { kind: "of-fleet" };
  if (source.head.kind === "branch" && source.head.oid === undefined)
    return { kind: "unborn", branch: source.head.name };
  if (source.refs.some(({ name }) => name.startsWith("refs/replace/"))) return { kind: "replaced" };
  if (isClosed) return { kind: "closed", commonDir: source.commonDir };
  if (needed > free) return { kind: "no-room", needed, free };
  return undefined;
}

/** With the directory to add to `safe.directory`: the top, wherever below it the task is. */
const OWNER = /dubious ownership(?: in repository at '([^\n]+)')?/;
const OTHERWISE = "or let the task work in the directory itself: --isolate none";

/** One line: what is wrong, and how to change it. */
export function refusalText(refusal: Refusal, cwd: string): string {
  const at = shellWord(cwd);
  switch (refusal.kind) {
    case "no-repository":
      return `${cwd} is in no git repository, so no clone can be made of it: git -C ${at} init, ${OTHERWISE}`;
    case "unreadable": {
      const owned = OWNER.exec(refusal.why);
      const top = owned === null ? undefined : shellWord(owned[1] ?? cwd);
      const mend = top === undefined ? "" : `git config --global --add safe.directory ${top}, `;
      return `the repository of ${cwd} can't be read (${refusal.why}): ${mend}${OTHERWISE}`;
    }
    case "unborn":
      return `${refusal.branch} has no commit yet: make a first one in ${cwd}, ${OTHERWISE}`;
    case "replaced":
      return `the repository of ${cwd} has replaced objects, which a clone would not show: git -C ${at} replace -l, ${OTHERWISE}`;
    case "of-fleet":
      return `${cwd} is a workspace of this fleet's: give the task the directory of its source, ${OTHERWISE}`;
    case "closed":
      return `${cwd} is in a partial clone, where fleet has to keep a ref, and ${refusal.commonDir} is not writable: chmod -R u+w ${shellWord(refusal.commonDir)}, ${OTHERWISE}`;
    case "no-room":
      return `the objects of ${cwd} take ${sizeText(refusal.needed)}, and ${sizeText(refusal.free)} are free: make room, ${OTHERWISE}`;
  }
}
