/**
 * Whether a task's directory is still where it was when somebody said that the work belongs there. One that was emptied, a working
 * tree that was removed, falls through to whatever repository is around it, and the work would go there. Pure.
 */
import type { TaskPlace } from "@fleet/store/claims";

export interface Now {
  /** This home. */
  readonly home: string;
  readonly task: string;
  /** As the task names it, and behind its links. */
  readonly cwd: string;
  readonly real: string;
  /** The top of the working tree of git that it is in. */
  readonly top: string | undefined;
}

/** Why the work is not to begin there; undefined where nothing speaks against it. */
export function strayed(place: TaskPlace | undefined, { home, task, cwd, real, top }: Now): string | undefined {
  if (place === undefined || place.home !== home || place.cwd !== cwd || place.top === top) return undefined;
  // A repository that was made in the directory itself, by its work or by a person: it still is where it was.
  if (place.top === undefined && top === real) return undefined;
  const was = place.top === undefined ? "was in no git working tree" : `belonged to the git working tree ${place.top}`;
  const is = top === undefined ? "is in none now" : `belongs to ${top} now`;
  return (
    `the task's directory ${cwd} ${was} when the task was made, and ${is}: nothing was started. ` +
    `Put it back, or say where the work belongs: fleet update ${task} --cwd DIR; then: fleet retry ${task}`
  );
}
