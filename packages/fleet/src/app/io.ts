/**
 * Everything a command may know of the world around it. Commands take this and return an exit code, so that they run in
 * a test as they run for a user; only `fleet.ts` touches the process.
 */
export interface Io {
  readonly cwd: string;
  /** The directory was deleted, and `cwd` is only what it was called: relative paths go through `fromCwd`, which refuses them. */
  readonly isCwdGone?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text to read: on its way it loses what would drive a terminal (printable.ts). */
  readonly out: (text: string) => void;
  /** To the same place, byte for byte: what is for a program. */
  readonly exact: (text: string) => void;
  readonly err: (text: string) => void;
  /** All of standard input; as text by `stdinText`. */
  readonly stdin: () => Promise<Buffer>;
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborted when the user interrupts: what follows or waits ends then. */
  readonly interrupted: AbortSignal;
  /** Takes signals over from their default, for as long as the process lives. */
  readonly onInterrupt?: (signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void) => void;
}
