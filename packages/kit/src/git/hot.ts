/**
 * Git on the hot path of a single command, without a library: execa and simple-git cost more to load than the call takes.
 * With person.ts the exception to "git goes through git.ts and simple.ts".
 */
import { errno } from "../errors.ts";
import { childProcess } from "../node.ts";
import { type Environment, type OwnPlace, ownEnvironment } from "./own-environment.ts";

export interface GitResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Now {
  readonly place: OwnPlace;
  readonly env: Environment;
  readonly cwd?: string;
  readonly input?: string;
}

/** Milliseconds; what a single command waits for is answered in one, or in seconds where a history is long. */
const PATIENCE = 60_000;

/** Runs git and waits for it. Throws what kept it from being started. */
export function gitNow(args: readonly string[], { place, env, cwd = "/", input = "" }: Now): GitResult {
  const done = childProcess().spawnSync("git", [...args], {
    env: ownEnvironment(place, env),
    input,
    maxBuffer: 2 ** 31 - 1,
    cwd,
    // A FIFO in the place of a file of the home would be waited for without end.
    timeout: PATIENCE,
    killSignal: "SIGKILL",
  });
  // EPIPE: it ended before it had read what it was asked, and how it ended says why.
  if (done.error !== undefined && errno(done.error) !== "EPIPE") throw done.error;
  return { code: done.status, stdout: done.stdout, stderr: done.stderr.toString("utf8") };
}
