/**
 * fleet's own record on an issue, under `metadata.fleet`: which attempt holds it, how often it was tried, a completion
 * that waits to be proven, when it may be tried again. Beside it, flat in `metadata`, what a person sets: cwd, coder, model.
 */
import * as z from "zod/mini";

import type { AttemptRef } from "./decision.ts";
import type { Issue } from "./issue.ts";

const record = z.looseObject({
  /** The attempt that holds the claim. */
  attempt: z.optional(z.object({ n: z.number(), uuid: z.string() })),
  /** How many attempts were ever started: the number of the last one. */
  attempts: z.optional(z.number()),
  /** How many of them count against max_attempts. */
  tries: z.optional(z.number()),
  /** RFC 3339: not to be dispatched before. */
  not_before: z.optional(z.string()),
  /** Why it waits or what the last attempt ended with; one line. */
  reason: z.optional(z.string()),
  /** `bd close` from inside the attempt; a claim until the receipt is made. */
  completion: z.optional(z.object({ uuid: z.string(), at: z.string(), reason: z.string() })),
  /** The coder's session that the next attempt may go on with. */
  session: z.optional(z.string()),
  /** The coder that session belongs to. */
  session_coder: z.optional(z.string()),
  /** A coder's own words on how the last attempts ended, for the next prompt. */
  last: z.optional(z.string()),
});

export type FleetRecord = z.infer<typeof record>;

/** What fleet keeps on this issue; an empty record where there is none, or none that can be read. */
export function fleetRecord(issue: Issue): FleetRecord {
  const decoded = z.safeParse(record, issue.metadata?.["fleet"]);
  return decoded.success ? decoded.data : {};
}

/** True for a record that is there and can't be understood: whether an attempt holds the issue is then not known. */
export function isRecordUnknown(issue: Issue): boolean {
  const written = issue.metadata?.["fleet"];
  return written !== undefined && !z.safeParse(record, written).success;
}

function written(issue: Issue): Readonly<Record<string, unknown>> {
  const value = issue.metadata?.["fleet"];
  const decoded = z.safeParse(z.record(z.string(), z.unknown()), value);
  return decoded.success ? decoded.data : {};
}

/** The issue with this record; fields that are undefined are taken out, those that are not known here stay. */
export function withRecord(
  issue: Issue,
  change: { readonly [K in keyof FleetRecord]?: FleetRecord[K] | undefined },
): Issue {
  const merged: Record<string, unknown> = { ...written(issue), ...change };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  const metadata: Record<string, unknown> = { ...issue.metadata, fleet: merged };
  if (Object.keys(merged).length === 0) delete metadata["fleet"];
  return { ...issue, metadata };
}

/** The attempt that is recorded on the issue, held or waiting to be settled. */
export const heldBy = (issue: Issue): AttemptRef | undefined => fleetRecord(issue).attempt;

/** A text that a person set under `metadata`: cwd, coder, model, path. */
export function setting(issue: Issue, name: string): string | undefined {
  const value = issue.metadata?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
