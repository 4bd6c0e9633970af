/** Reads from the home's history what happened to tasks, by the trailers of each commit, which no text of an issue can forge. */
import { parseEvents, TOLD, type TaskEvent } from "./task-event.ts";
import { StoreError } from "./errors.ts";
import { gitAgainOn } from "./git/hint.ts";
import { gitSync } from "./git/run.ts";

/** The names of the trailers, in the order in which `parseEvents` wants their values. */
const TRAILERS = ["Fleet-Event", "Fleet-Task", "Fleet-Attempt", "Fleet-Outcome", "Fleet-Grade"];

const valueOf = (name: string): string => `%(trailers:key=${name},valueonly=true,separator=%x20)`;
const FORMAT = ["%ct", "%an", ...TRAILERS.map(valueOf)].join("%x00");

/** The events of all commits in the history of this one, the oldest first; a commit of another kind costs next to nothing. */
export function taskEvents(gitDir: string, tip: string): TaskEvent[] {
  const wanted = `^Fleet-Event: (${TOLD.join("|")})$`;
  const args = ["log", "-z", "--reverse", "--extended-regexp", `--grep=${wanted}`, `--format=${FORMAT}`, tip];
  const log = gitSync(gitDir, args);
  if (log.code !== 0)
    throw new StoreError("unreadable", `git log failed: ${log.stderr.trim() || "it took too long"}`, {
      where: gitDir,
      mend: `${gitAgainOn(gitDir)} fsck`,
    });
  return parseEvents(log.stdout.toString("utf8"));
}
