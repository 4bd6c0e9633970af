/**
 * The one event union into which every coder's output is decoded. What a coder prints beyond this stays in its log.
 */

export type CoderEvent =
  /** The coder's session exists: its id (what a resume needs) and, where told, model. Comes again when a session goes on. */
  | { readonly kind: "session-started"; readonly session: string; readonly model?: string }
  /** Words of the model to the reader. */
  | { readonly kind: "text"; readonly text: string }
  /** A tool began. `tool` is the coder's own name for it; `summary` one readable line (the command, the path). */
  | { readonly kind: "tool-started"; readonly id: string; readonly tool: string; readonly summary: string }
  /** A tool ended; `ok` is false when it failed or was refused. A coder without start events sends only this one. */
  | {
      readonly kind: "tool-finished";
      readonly id: string;
      readonly tool: string;
      readonly summary: string;
      readonly ok: boolean;
      /** The files it wrote, where the tool is one that names them (a shell command is not). */
      readonly writes?: readonly string[];
    }
  /**
   * Tokens and cost of this run so far (totals, not increments; only this run's share of a resumed session).
   * `input` includes cached tokens. `context` is how many tokens the last request held, `window` what the coder says fits.
   * `turns`: answers of the model in the main conversation.
   */
  | {
      readonly kind: "usage";
      readonly input?: number;
      readonly output?: number;
      readonly costUsd?: number;
      readonly turns?: number;
      readonly context?: number;
      readonly window?: number;
    }
  /**
   * A usage limit. `warning`: near it. `retrying`: refused now, the coder tries again by itself.
   * `rejected`: this run will end by it. `until` is ISO 8601. `clock`: all the coder told is a time of day on the local
   * clock ("12:19 PM"), which becomes an `until` only with the time of reading (`clock.ts`).
   */
  | {
      readonly kind: "limit";
      readonly state: "warning" | "retrying" | "rejected";
      readonly scope: "window" | "minute" | "overload";
      readonly until?: string;
      readonly clock?: string;
      /** The provider's name of the window ("five_hour"), and how much of it is used, 0 to 1, where told. */
      readonly window?: string;
      readonly utilization?: number;
      readonly detail: string;
    }
  /**
   * How far the account's usage windows are used, by the provider's names ("five_hour"), whether or not anything is
   * refused. Comes again when it changes.
   */
  | { readonly kind: "windows"; readonly windows: Readonly<Record<string, WindowState>> }
  /** The coder asks a person something, and cannot get the answer in this mode. */
  | { readonly kind: "question"; readonly text: string }
  /** It stands still until a person does something (allows a tool, signs in), which nobody can in this mode. */
  | { readonly kind: "waiting"; readonly for: "permission" | "login"; readonly text: string }
  /** Work the coder left running in the background, by count: a `result` is not the end while this is above zero. */
  | { readonly kind: "background"; readonly open: number }
  /** The coder's own closing line. `ok` is its claim, nothing more. */
  | { readonly kind: "result"; readonly ok: boolean; readonly text: string; readonly cause?: ResultCause }
  /** Something went wrong; the coder may recover from it (only `result` and the exit are final). */
  | { readonly kind: "error"; readonly message: string }
  /** A line that is not understood (shortened): a newer version's, a warning printed on standard output, a torn line. */
  | { readonly kind: "unrecognised"; readonly line: string };

export interface WindowState {
  /** 0 to 1, where told. */
  readonly utilization?: number;
  /** When it begins anew, ISO 8601. */
  readonly until?: string;
  /** The provider's word for it ("allowed", "rejected"). */
  readonly status: string;
}

/** What only a person can give: leave to do something, an account, an answer. */
export type Need = "permission" | "login" | "question";

/** Why a result is not ok, where the coder's own fields (not its prose) say so. */
export type ResultCause = "rate-limit" | "overload" | "auth" | "context-full" | "budget" | "turns" | "other";
