/**
 * The one event union into which every coder's output is decoded. What a coder prints beyond this stays in its log.
 * The types come from the schema of events.jsonl: whoever imports only types loads no zod.
 */
import * as z from "zod/mini";

import { cause, passing } from "./cause.ts";

const string = z.exactOptional(z.string());
const number = z.exactOptional(z.number());

const windowState = z.object({
  /** 0 to 1, where told. */
  utilization: number,
  /** When it begins anew, ISO 8601. */
  until: string,
  /** The provider's word for it ("allowed", "rejected"). */
  status: z.string(),
});
export type WindowState = z.infer<typeof windowState>;

export const coderEvent = z.discriminatedUnion("kind", [
  /** The coder's session exists: its id (what a resume needs) and, where told, model. Comes again when a session continues. */
  z.object({ kind: z.literal("session-started"), session: z.string(), model: string }),
  /** Words of the model to the reader. */
  z.object({ kind: z.literal("text"), text: z.string() }),
  /** A tool began. `tool` is the coder's own name for it; `summary` one readable line (the command, the path). */
  z.object({ kind: z.literal("tool-started"), id: z.string(), tool: z.string(), summary: z.string() }),
  /** A tool ended; `ok` is false when it failed or was refused. A coder without start events sends only this one. */
  z.object({
    kind: z.literal("tool-finished"),
    id: z.string(),
    tool: z.string(),
    summary: z.string(),
    ok: z.boolean(),
    /** Its stream would not tell that it failed: of a command what it printed, not how it exited. Then `ok` means that it ended. */
    untold: z.exactOptional(z.literal(true)),
    /** The end of what it printed, where its stream has that. */
    output: z.exactOptional(z.string()),
    /** The files it wrote, where the tool is one that names them (a shell command is not). */
    writes: z.exactOptional(z.readonly(z.array(z.string()))),
    /** It can have changed nothing: it reads, or every part of its command does (reads.ts). */
    reads: z.exactOptional(z.literal(true)),
  }),
  /**
   * Tokens and cost of this run so far (totals, not increments; only this run's share of a resumed session).
   * `input` includes cached tokens. `context` is how many tokens the last request held, `window` what the coder says fits.
   * `turns`: answers of the model in the main conversation. `price`: what a token of input costs by what the run has told, in
   * US dollars, for runs that are ended before they tell their cost.
   */
  z.object({
    kind: z.literal("usage"),
    input: number,
    output: number,
    costUsd: number,
    turns: number,
    context: number,
    window: number,
    price: number,
  }),
  /**
   * A usage limit, or an outage. `warning`: near it. `retrying`: refused now, the coder tries again by itself.
   * `rejected`: this run will end by it. `until` is ISO 8601. `clock`: all the coder told are words ("12:19 PM", "3h28m"), which
   * become an `until` only with the time at which it said them (`clock.ts`).
   */
  z.object({
    kind: z.literal("limit"),
    state: z.enum(["warning", "retrying", "rejected"]),
    scope: passing,
    until: string,
    clock: string,
    /** The provider's name of the window ("five_hour"), and how much of it is used, 0 to 1, where told. */
    window: string,
    utilization: number,
    detail: z.string(),
  }),
  /**
   * How far the account's usage windows are used, by the provider's names ("five_hour"), whether or not anything is
   * refused. Comes again when it changes.
   */
  z.object({ kind: z.literal("windows"), windows: z.readonly(z.record(z.string(), windowState)) }),
  /** The coder asks a person something, and cannot get the answer in this mode. */
  z.object({ kind: z.literal("question"), text: z.string() }),
  /** It stands still until a person does something (allows a tool, signs in), which nobody can in this mode. */
  z.object({ kind: z.literal("waiting"), for: z.enum(["permission", "login"]), text: z.string() }),
  /** Work the coder left running in the background, by count: a `result` is not the end while this is above zero. */
  z.object({ kind: z.literal("background"), open: z.number() }),
  /**
   * The coder's own closing line. `ok` is its claim, nothing more. `mayGoOn`: it is only the last word if the coder ends with
   * it (an error from which it may recover by itself).
   */
  z.object({
    kind: z.literal("result"),
    ok: z.boolean(),
    text: z.string(),
    cause: z.exactOptional(cause),
    mayGoOn: z.exactOptional(z.literal(true)),
  }),
  /**
   * Something went wrong; the coder may recover from it (only `result` and the exit are final). `notice`: it says itself that
   * it continues all the same.
   */
  z.object({ kind: z.literal("error"), message: z.string(), notice: z.exactOptional(z.literal(true)) }),
  /** A line that is not understood (shortened): a newer version's, a warning printed on standard output, a torn line. */
  z.object({ kind: z.literal("unrecognised"), line: z.string() }),
]);
export type CoderEvent = z.infer<typeof coderEvent>;

/** Things that only a person can give: a permission, an account, an answer. */
export type Need = "permission" | "login" | "question";
