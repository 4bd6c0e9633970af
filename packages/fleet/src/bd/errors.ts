/** bd's ways of reporting an error, all with exit code 1 (as beads 1.0.5), and how the store's errors map to them. */
import { FleetError } from "@fleet/kit/errors";

import { render } from "./json.ts";
import type { Sink } from "./sink.ts";

/**
 * Where an error goes with --json. stdout: `{"error": …}` there, with `hint` if there is one · stderr: the same there, nothing on
 * stdout · text: `Error: …` on stderr · plain: on stderr, the message as a whole line.
 */
export type Family = "stdout" | "stderr" | "text" | "plain";

/** An error with its text; thrown by verbs, reported in one place. */
export class Refusal extends Error {
  /** Undefined: the verb's own style. */
  readonly family: Family | undefined;
  /** A command or a sentence that helps. */
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: { readonly family?: Family; readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Refusal";
    this.family = options.family;
    this.hint = options.hint;
  }
}

/** An exit code whose error has been reported. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.name = "Exit";
    this.code = code;
  }
}

export interface Saying {
  readonly sink: Sink;
  readonly json: boolean;
  readonly envelope: boolean;
}

const asLine = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** Reports the error; returns the exit code. */
export function report({ sink, json, envelope }: Saying, family: Family, message: string, hint?: string): number {
  const isJson = json && (family === "stdout" || family === "stderr");
  if (isJson) {
    const body = { error: message, ...(hint === undefined ? {} : { hint }) };
    if (family === "stdout") sink.print(body);
    else sink.warn(render(body, envelope));
  }
  if (isJson && family === "stderr") return 1;
  // With --json too: a person, or a client that only reads stderr, has to see why.
  sink.warn(asLine(family === "plain" ? message : `Error: ${message}`));
  if (hint !== undefined && !isJson) sink.warn(asLine(`Hint: ${hint}`));
  return 1;
}

/** A problem of the home, not of one issue: continuing with the next issue would fail in the same way. */
export const isOfHome = (error: unknown): error is FleetError =>
  error instanceof FleetError && ["home", "unreadable", "unwritable"].includes(error.code);

/** The error for people, with its path or line where the store names one. */
export function worded(error: unknown): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof Refusal) return { message: error.message, hint: error.hint };
  if (error instanceof FleetError) {
    // Errors of an issue have bd's words and stand alone; those of the home say where.
    const place = error.where !== undefined && isOfHome(error);
    return { message: place ? `${error.message} (${error.where})` : error.message, hint: error.mend };
  }
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}

/** Reports anything that a verb threw. */
export function reportThrown(saying: Saying, family: Family, error: unknown): number {
  if (error instanceof Exit) return error.code;
  const { message, hint } = worded(error);
  const chosen = error instanceof Refusal ? (error.family ?? family) : family;
  return report(saying, chosen, message, hint);
}

/** An exception as data, for callers in this process. */
export function refusalText(error: unknown): string {
  const { message, hint } = worded(error);
  return `Error: ${asLine(message)}${hint === undefined ? "" : `Hint: ${asLine(hint)}`}`;
}
