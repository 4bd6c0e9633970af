/** What a command can fail with, and its exit codes; in words by error-text.ts, which is loaded once something has failed. */

/** A command was used wrongly, or can't do what was asked: said in one line, with what to run. */
export class CommandError extends Error {
  readonly mend: string | undefined;
  readonly exitCode: number;

  constructor(message: string, mend?: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = "CommandError";
    this.mend = mend;
    this.exitCode = exitCode;
  }
}

/**
 * ok: done, or nothing to do · failed: it could not be done · usage: the words of the command are off ·
 * stopped: `run status` found no supervisor · unanswered: `ask` has no answer (yet) · interrupted: by the user (128 + SIGINT) ·
 * signalled: plus the number of a signal, the shell's way of naming one.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  stopped: 3,
  unanswered: 4,
  signalled: 128,
  interrupted: 130,
} as const;
