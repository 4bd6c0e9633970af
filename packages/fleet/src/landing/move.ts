/**
 * The types that the lander and the movers of branches share. The lander builds a candidate, puts its objects into the repository,
 * records that it is about to move, and then asks for the move; whatever the answer, it looks at the target again before it believes
 * it.
 */
import type { Environment } from "@fleet/kit/git/environment";
import type { Source } from "@fleet/kit/git/source";

import type { Aim, Aimed } from "./target.ts";

/** The person's repository that work lands in; for a bare one `top` is the git directory. */
export type Target = Pick<Source, "top" | "commonDir">;

export interface Move {
  readonly source: Target;
  /** The name of the branch, without refs/heads/. */
  readonly target: string;
  /** The tip that the candidate was built on: the target is moved from exactly this commit. */
  readonly from: string;
  /** The candidate, whose objects are in the source. */
  readonly to: string;
  /** Written into reflogs and locks. */
  readonly task: string;
  /** The remote whose branch is pushed. */
  readonly remote?: Remote | undefined;
}

/** A repository elsewhere. */
export interface Remote {
  /** The address to push to. */
  readonly url: string;
  /** What it is called in the person's repository, by which LFS finds its settings; undefined for one that has no name there. */
  readonly name?: string | undefined;
}

/**
 * moved: the target is at the candidate · again: lost a race, so start over · wait: something of the person's is in the way (an open
 * rebase, a lock, a changed file), which `why` names · refused: a server said no, so a person has to decide · unsure: the answer was
 * lost; only a look at the target tells.
 */
export type MoveEnd =
  | { readonly kind: "moved" }
  | { readonly kind: "again"; readonly why: string }
  | { readonly kind: "wait"; readonly why: string; readonly mend?: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unsure"; readonly why: string };

export type Wait = Extract<MoveEnd, { kind: "wait" }>;

/**
 * A move can be killed between any two of these points; the recovery finishes or reverts it. locked: we hold the index lock of a
 * checkout · files: its files are the candidate's · held: git has locked the target · ref: the target is at the candidate · index:
 * the checkout's index is the candidate's.
 */
export const MOVE_POINTS = ["locked", "files", "held", "ref", "index"] as const;
export type MovePoint = (typeof MOVE_POINTS)[number];

/** What every step of a move needs, and where a test may end it. */
export interface Moving {
  readonly home: string;
  readonly env: Environment;
  /** Called at each point. */
  readonly at?: (point: MovePoint) => void;
}

/**
 * Open operations that keep a target from being moved. rebase, apply, bisect: git returns to the branch at the end and expects it
 * where it was · merge, cherry-pick, revert, sequence: these began at its tip · away: the files are missing (an unmounted disk), so
 * they can't be updated.
 */
export type Busy = "rebase" | "apply" | "bisect" | "merge" | "cherry-pick" | "revert" | "sequence" | "away";

/** A working tree that has the target checked out, or is in the middle of something with it. */
export interface Holder {
  /** The top of the working tree. */
  readonly dir: string;
  /** Its own git directory, where its HEAD and its index are. */
  readonly gitDir: string;
  /** The operation that is open there on the target; absent if none. */
  readonly busy?: Busy;
}

/** How a target is moved: a branch of the person's repository, or one of a remote. */
export interface Mover {
  /** Where the target is now. */
  readonly tipOf: (moving: Moving, aim: Aim) => Promise<Aimed>;
  /** Moves the target, or says why not. `recoverIn` (recover.ts) repairs what a killed move leaves. */
  readonly moveTarget: (moving: Moving, move: Move) => Promise<MoveEnd>;
}
