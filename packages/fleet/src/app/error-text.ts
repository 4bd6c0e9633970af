/** The one place where an error becomes text and an exit code. */
import { FleetError } from "@fleet/kit/errors";
import { localTimes } from "@fleet/kit/when";

import { CommandError, EXIT } from "./errors.ts";
import { viewJson } from "./json.ts";
import { mendLabel } from "./mend-label.ts";

export interface ErrorText {
  readonly text: string;
  readonly exitCode: number;
}

/** What is wrong, and the line that fixes it, as `--json` prints them. */
export interface ErrorView {
  readonly error: string;
  /** The file or place that it is about. */
  readonly where: string | null;
  /** What to run. */
  readonly hint: string | null;
}

export function errorView(error: unknown): ErrorView {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof FleetError) return { error: message, where: error.where ?? null, hint: error.mend ?? null };
  return { error: message, where: null, hint: error instanceof CommandError ? (error.mend ?? null) : null };
}

/** As it is told: to a program on standard output, where it asked for JSON, else to people. */
export type ErrorTold = { readonly stream: "out" | "err"; readonly text: string; readonly exitCode: number };

export function errorTold(
  error: unknown,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ErrorTold {
  const { text, exitCode } = errorText(error, env);
  const end = argv.indexOf("--");
  const isJson = argv.slice(0, end < 0 ? undefined : end).includes("--json");
  return isJson ? { stream: "out", text: viewJson(errorView(error)), exitCode } : { stream: "err", text, exitCode };
}

export function errorText(error: unknown, env: Readonly<Record<string, string | undefined>>): ErrorText {
  const lines: string[] = [];
  let exitCode: number = EXIT.failed;
  if (error instanceof FleetError) {
    lines.push(told(error.message));
    if (error.where !== undefined) lines.push(`  at ${error.where}`);
    lines.push(...mendLines(error.mend));
  } else if (error instanceof CommandError) {
    lines.push(told(error.message), ...mendLines(error.mend));
    exitCode = error.exitCode;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    lines.push(`Error: ${message}`, "  This is a defect in fleet. With FLEET_DEBUG=1 it says where it happened.");
  }
  if (env["FLEET_DEBUG"] === "1" && error instanceof Error && error.stack !== undefined) lines.push(error.stack);
  return { text: `${lines.join("\n")}\n`, exitCode };
}

/** People read times of their own. */
const told = (message: string): string => `Error: ${localTimes(message, Date.now())}`;

const mendLines = (mend: string | undefined): string[] => (mend === undefined ? [] : [`  ${mendLabel(mend)}: ${mend}`]);
