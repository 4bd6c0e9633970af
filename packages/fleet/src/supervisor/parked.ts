/** Coders that wait: until a usage window resets, for a moment, or (not signed in) until a person resumes them. */
import { join } from "node:path";
import * as z from "zod/mini";

import { gitDirOf } from "@fleet/store/home";

import { readJson, replaceFile } from "../files.ts";

const schema = z.record(
  z.string(),
  z.object({
    /** RFC 3339; null until a person acts. */
    until: z.nullable(z.string()),
    reason: z.string(),
  }),
);
export type Parked = z.infer<typeof schema>;

const path = (home: string): string => join(gitDirOf(home), "fleet", "parked.json");

export function readParked(home: string): Parked {
  const decoded = z.safeParse(schema, readJson(path(home)) ?? {});
  return decoded.success ? decoded.data : {};
}

export function writeParked(home: string, parked: Parked): void {
  replaceFile(path(home), `${JSON.stringify(parked)}\n`);
}

/** Wall time until which each coder waits; Infinity until a person acts. */
export function parkedUntil(parked: Parked): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parked).map(([coder, { until }]) => [coder, until === null ? Infinity : Date.parse(until)]),
  );
}
