/**
 * Whether a task's directory is still where it was when somebody said that the work belongs there. One that was emptied, a working
 * tree that was removed, falls through to whatever repository is around it, and the work would go there. Pure.
 */
import type { TaskPlace } from "@fleet/store/fleet-record";

/** Where it was, as this home saw it: the top of the working tree of git that it was in, if it was in one. */
export interface Was {
  readonly top: string | undefined;
}

/** Undefined where this home has not seen it, or another directory was meant. */
export const placeIn = (place: TaskPlace | undefined, home: string, cwd: string): Was | undefined =>
  place === undefined || place.home !== home || place.cwd !== cwd ? undefined : { top: place.top };

export interface Now {
  /** As the task names it, and behind its links. */
  readonly cwd: string;
  readonly real: string;
  /** The top of the working tree of git that it is in. */
  readonly top: string | undefined;
}

/** Why the work is not to begin there; undefined where nothing speaks against it. */
export function strayed(was: Was, { cwd, real, top }: Now): string | undefined {
  if (was.top === top) return undefined;
  // A repository that was made in the directory itself, by its work or by a person: it still is where it was.
  if (was.top === undefined && top === real) return undefined;
  const before = was.top === undefined ? "was in no git working tree" : `belonged to the git working tree ${was.top}`;
  const now = top === undefined ? "is in none now" : `belongs to ${top} now`;
  return `the task's directory ${cwd} ${before} when the task was made, and ${now}`;
}

export const strayedMend = (task: string): string => `fleet update ${task} --cwd DIR`;
