/**
 * What a move of a target is: the words that the lander and whatever moves a branch share. The lander builds a candidate, has its
 * objects in the repository, writes down that it is about to move, and then asks for the move; whatever the answer, it looks again
 * before it believes anything.
 */
import type { Environment } from "@fleet/kit/git/environment";
import type { Source } from "@fleet/kit/git/source";

import type { Aim, Aimed } from "./target.ts";

/** The repository of a person's that work lands in; of a bare one `top` is the git directory. */
export type Target = Pick<Source, "top" | "commonDir">;

export interface Move {
  readonly source: Target;
  /** The name of the branch, without refs/heads/. */
  readonly target: string;
  /** The tip that the candidate was built on: the target is moved from exactly this commit. */
  readonly from: string;
  /** The candidate, whose objects are in the source. */
  readonly to: string;
  /** For what is written into reflogs and locks. */
  readonly task: string;
  /** Of a branch that is pushed. */
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
 * moved: the target is at the candidate · again: it was raced, so everything is looked at anew · wait: something of the person's is
 * in the way (an open rebase, a lock, a changed file); `why` names the file and where it is · refused: a server said no, which a
 * person has to decide · unsure: the answer was lost, so only a look tells.
 */
export type MoveEnd =
  | { readonly kind: "moved" }
  | { readonly kind: "again"; readonly why: string }
  | { readonly kind: "wait"; readonly why: string; readonly mend?: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unsure"; readonly why: string };

export type Wait = Extract<MoveEnd, { kind: "wait" }>;

/**
 * Between two of these a step of a move is whole; killed at any, the recovery finishes it or takes it back. locked: the index of
 * a checkout is ours · files: its files are those of the candidate · held: git has locked the target · ref: the target is the
 * candidate · index: the index of the checkout is.
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
 * What keeps a target where it is. rebase, apply, bisect: git comes back to the branch when it is over, and would not find it where
 * it was · merge, cherry-pick, revert, sequence: what is open began at its tip · away: the files are not there (a disk that is not
 * mounted), so that they could not be brought along.
 */
export type Busy = "rebase" | "apply" | "bisect" | "merge" | "cherry-pick" | "revert" | "sequence" | "away";

/** A working tree that has the target checked out, or is in the middle of something with it. */
export interface Holder {
  /** The top of the working tree. */
  readonly dir: string;
  /** Its own git directory, where its HEAD and its index are. */
  readonly gitDir: string;
  /** What is under way there with the target; absent where nothing is. */
  readonly busy?: Busy;
}

/** How a target is moved: a branch of the person's repository, or one of a remote. */
export interface Mover {
  /** Where the target is now. */
  readonly tipOf: (moving: Moving, aim: Aim) => Promise<Aimed>;
  /** Moves the target, or says why not. What it leaves where it is killed, `recoverIn` (recover.ts) puts right. */
  readonly moveTarget: (moving: Moving, move: Move) => Promise<MoveEnd>;
}
