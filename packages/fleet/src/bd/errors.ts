/** bd's three ways of saying no, all with exit code 1 (as beads 1.0.5), and how the store's own errors become them. */
import { FleetError } from "@fleet/kit/errors";

import { render } from "./json.ts";
import type { Sink } from "./sink.ts";

/**
 * Where a refusal goes when --json is given.
 * stdout: `{"error": …}` there, with `hint` where there is a way on · stderr: the same there, nothing on stdout ·
 * text: `Error: …` on stderr even then · plain: as text, the message being a whole line by itself.
 */
export type Family = "stdout" | "stderr" | "text" | "plain";

/** A refusal that is worded; thrown by verbs, reported in one place. */
export class Refusal extends Error {
  /** Undefined: the verb's own family. */
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

/** An exit code that has been explained already. */
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

/** Says no, and gives the exit code. */
export function report({ sink, json, envelope }: Saying, family: Family, message: string, hint?: string): number {
  const isJson = json && (family === "stdout" || family === "stderr");
  if (isJson) {
    const body = { error: message, ...(hint === undefined ? {} : { hint }) };
    if (family === "stdout") sink.print(body);
    else sink.warn(render(body, envelope));
  }
  if (isJson && family === "stderr") return 1;
  // Also with --json: a person, or a client that only reads stderr, sees why.
  sink.warn(asLine(family === "plain" ? message : `Error: ${message}`));
  if (hint !== undefined && !isJson) sink.warn(asLine(`Hint: ${hint}`));
  return 1;
}

/** Trouble with the home itself, not with one issue of it: whoever continues with the next one would meet it again. */
export const isOfHome = (error: unknown): error is FleetError =>
  error instanceof FleetError && ["home", "unreadable", "unwritable"].includes(error.code);

/** What went wrong, in words for a person; with the place, where the store names one. */
export function worded(error: unknown): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof Refusal) return { message: error.message, hint: error.hint };
  if (error instanceof FleetError) {
    // Errors about an issue are bd's own words and stand alone; those about the home say where.
    const place = error.where !== undefined && isOfHome(error);
    return { message: place ? `${error.message} (${error.where})` : error.message, hint: error.mend };
  }
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}

/** Reports whatever a verb threw. */
export function reportThrown(saying: Saying, family: Family, error: unknown): number {
  if (error instanceof Exit) return error.code;
  const { message, hint } = worded(error);
  const chosen = error instanceof Refusal ? (error.family ?? family) : family;
  return report(saying, chosen, message, hint);
}

/** What was thrown, for whoever called the verb. */
export function refusalText(error: unknown): string {
  const { message, hint } = worded(error);
  return `Error: ${asLine(message)}${hint === undefined ? "" : `Hint: ${asLine(hint)}`}`;
}
