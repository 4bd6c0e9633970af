/**
 * What a coder CLI is to fleet: how to start it, what its lines mean, what its exit means.
 *
 * Everything here is data or a pure function. Nothing in this package starts a coder; the one exception is `probe.ts`,
 * which asks an installed CLI for its version.
 */
import type { Cause, Passing } from "./cause.ts";
import type { CoderEvent } from "./events.ts";
import type { Facts } from "./facts.ts";

/** One run that is to be started. All paths are absolute. */
export interface CoderRequest {
  /** The whole prompt, as text. For `shell` this is the script. */
  readonly prompt: string;
  /** The file that already holds `prompt` when the coder is started. */
  readonly promptFile: string;
  /** The directory the task was created in; the child is started there. */
  readonly cwd: string;
  /** Where `cwd` is in a copy: of which directories it is one, so that what the coder keeps by directory is what it keeps of those. */
  readonly copyOf?: CopyOf;
  /** The coder's own name of a model; absent: the coder's default. */
  readonly model?: string;
  /** A fresh UUID that the coder uses as its session's id, where it takes one. */
  readonly sessionId: string;
  /** A session of the same coder that is to be continued. */
  readonly resume?: string;
  /** A directory of this attempt's own, for a coder that wants settings or temporary files apart. */
  readonly scratch: string;
  /** The environment the child will get before the coder's own additions; read only. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * What may be written: patterns of paths from `cwd`. `hook`: a shell command that a coder whose command line takes
   * hooks runs before each write, with the call as JSON on standard input; exit 2 refuses it. Others leave it alone.
   */
  readonly scope?: {
    readonly allow: readonly string[];
    readonly deny: readonly string[];
    readonly hook: string;
  };
  /** US dollars that this run may cost: for a coder that tells its cost only at the end, and keeps such a cap by itself. */
  readonly budgetUsd?: number;
  /**
   * An MCP server of this attempt's own, started by the coder where its command line takes one, beside those that the person
   * has configured. `env`: all that it needs, because some coders hand on only what is named. Calls may take long.
   */
  readonly mcp?: McpServer;
  /** Flags of the coder's own that a person wants; one that says what its agents may do stands in place of fleet's. */
  readonly args?: readonly string[];
  /** Some coders refuse to skip permissions for root unless told that they are sandboxed. */
  readonly root: boolean;
}

export interface CopyOf {
  /** The top of the repository that the copy is of, and the place in it that `cwd` stands for. */
  readonly top: string;
  readonly cwd: string;
  /** The top of the copy. */
  readonly at: string;
  /** The environment that the child will get. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The content of the files that the coder names (`byDirectory`), by path; missing ones are left out. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface McpServer {
  /** The name under which the coder's model sees its tools. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How long one call may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** How the coder's process is started. */
export interface CoderCommand {
  /** A command name (looked up in the child's PATH) or an absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the child's environment. Never a secret: it is written to attempt.json. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * What the child reads on standard input. It is never an open pipe: codex waits for end of file on one for ever, and
   * claude for three seconds (measured).
   * `prompt`: the prompt file. `null`: /dev/null.
   */
  readonly stdin: "prompt" | "null";
  /** Files, by name inside `scratch`, to be written (mode 0600) before the start: settings of this run's own. */
  readonly files?: Readonly<Record<string, string>>;
  /** The part of `copyOf` that it was given, in words. */
  readonly ofSource?: readonly string[];
}

/** The capabilities of a coder. Shared code asks these, never a coder's name. */
export interface Capabilities {
  /**
   * How the prompt reaches the coder.
   * `stdin`: by standard input, of any length. `argument`: as an argument; a prompt of 100 kB or more becomes
   * "read the file …". `script`: the prompt is the task's description itself and is run.
   */
  readonly prompt: "stdin" | "argument" | "script";
  /** It can continue a session of its own after it was stopped. */
  readonly resumes: boolean;
  /** Its stream has tool events, so a claim of completion without one is not believed. */
  readonly reportsTools: boolean;
  /** Its stream says when a tool begins, not only that it ended: what it started before its first word is no tool. */
  readonly reportsToolStarts: boolean;
  readonly reportsUsage: boolean;
  readonly reportsCost: boolean;
  /** Its stream tells one answer of the model from the next. */
  readonly reportsTurns: boolean;
  /** Its stream says when a usage limit was met. */
  readonly reportsLimits: boolean;
  readonly needsTerminal: boolean;
  /** Its command line (or environment) takes an MCP server without a settings file of the person's being changed. */
  readonly takesMcp: boolean;
  /** The programs that it runs don't see the person's own git configuration, and so not whose a commit is. */
  readonly hidesGitConfig?: true;
  /**
   * What exit 0 means when the task was not closed from inside.
   * `done`: the work is done (a script that ended well). `nothing`: it says nothing about the task.
   */
  readonly exitZero: "done" | "nothing";
}

/** How the coder's process ended, as the wrapper recorded it. */
export type CoderExit =
  /** It ended by itself with this code (128+n: the shell's way of saying signal n). */
  | { readonly kind: "exited"; readonly code: number }
  /** The wrapper was killed, so the exit status is unknown. */
  | { readonly kind: "unseen" };

/** The meaning of exit and stream together; it does not decide whether the *task* is done. */
export type Classification =
  /** The run came to its own end, claiming nothing worse. */
  | { readonly kind: "completed" }
  /** The executable could not be started (not found, not executable). */
  | { readonly kind: "spawn-failed"; readonly reason: string }
  /** It ended badly. */
  | {
      readonly kind: "failed";
      readonly cause: Cause;
      readonly reason: string;
      /** When a limit ends, in ISO 8601, where that is told. */
      readonly until?: string;
      /** Where the coder names it by words alone: see `clock.ts`, which needs the time at which it said them. */
      readonly clock?: string;
    };

/** Tokens and cost already counted. `input` includes what was read from or written to the provider's cache. */
export interface Counted {
  readonly input: number;
  readonly output: number;
  readonly costUsd: number;
}

/** One line of a coder's output, decoded. */
export interface Decoded<S> {
  readonly state: S;
  readonly events: readonly CoderEvent[];
}

/**
 * A coder. `S` is what its decoder has to remember between lines (open tools, totals of a resumed session): plain data,
 * so that a supervisor that was restarted can rebuild it by decoding the log again.
 */
export interface Coder<S = unknown> {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** The executable looked for on PATH, and the arguments that make it print its version. */
  readonly probe: { readonly file: string; readonly versionArgs: readonly string[] };
  /** One line a person can run to install it; empty when there is nothing to install. */
  readonly install: string;
  /** Says, without starting anything, whether the coder looks signed in: from variables and from the files named. */
  readonly signIn: (env: Readonly<Record<string, string | undefined>>, home: string) => SignInHints;
  readonly command: (request: CoderRequest) => CoderCommand;
  /** Settings that it keeps by the directory in which it runs. */
  readonly byDirectory?: {
    /** The person's files in which that stands. */
    readonly files: (env: Readonly<Record<string, string | undefined>>, home: string) => readonly string[];
    /** Files in the directory itself that git usually does not have. */
    readonly local: readonly string[];
  };
  /** Its hook that refuses a write (`scope`), where its command line takes one: which settings may switch that off, the weakest first. */
  readonly guard?: {
    readonly files: (env: Readonly<Record<string, string | undefined>>, home: string, cwd: string) => readonly string[];
    /** The file that does; undefined where the hook is in force. `value`: undefined for one that is not there, or is no JSON. */
    readonly offBy: (settings: readonly { readonly path: string; readonly value: unknown }[]) => string | undefined;
  };
  /** The command by which a person resumes the session at a terminal, in its directory; absent if there is none. */
  readonly resumeByHand?: (session: string) => readonly string[];
  /**
   * The decoder's state before the first line. `earlier`: what was counted of the same session in earlier runs; codex
   * (and an older claude) print totals of the whole session, and this is what is taken off them. `price`: what a token of input
   * of this model costs, as an earlier run told it (`price` of a usage event).
   */
  readonly start: (earlier?: Counted, price?: number) => S;
  /**
   * Pure. `line` has no line end; a line that is not the coder's format yields one `unrecognised` event. Never throws.
   * (Written as a method so that a `Coder<ClaudeState>` is a `Coder`: only `start` and `decode` of one coder ever hand
   * its state around.)
   */
  decode(line: string, state: S): Decoded<S>;
  readonly classify: (exit: CoderExit, facts: Facts, stderrTail: string) => Classification;
  /** The cause of its retry, by the end of its standard error, for a coder whose stream does not tell. Undefined if it does not retry. */
  readonly retriesFor?: (stderrTail: string) => Retrying | undefined;
}

/** It was refused, and tries again by itself. */
export interface Retrying {
  readonly cause: Passing;
  /** Its own words for that. */
  readonly detail: string;
}

/** Signs that a coder is signed in: any of these variables set, or any of these files there. */
export interface SignInHints {
  readonly variables: readonly string[];
  readonly files: readonly string[];
  /** True where it may be signed in without a variable or a file that shows it (a keychain, a local model). */
  readonly elsewhere?: boolean;
  /** True for a coder that needs no account. */
  readonly needsNone?: boolean;
}
