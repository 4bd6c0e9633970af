/**
 * worked.json: when an attempt was at work though something of it waited for a person's answer, as whoever watches it saw it.
 * That is no waiting; the next supervisor, and commands, know of it from here.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { bootId } from "@fleet/kit/clock";
import { replaceInPlace } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import { FILES } from "./files.ts";
import type { Span } from "./waits.ts";

const schema = z.object({ boot: z.string(), spans: z.array(z.object({ from: z.number(), to: z.number() })) });

/** On the monotonic clock of this boot; none of another one, under which nothing of it lives. */
export function readWorked(dir: string): readonly Span[] {
  const read = readJsonAs(join(dir, FILES.worked), schema);
  return read?.boot === bootId() ? read.spans : [];
}

export const writeWorked = (dir: string, spans: readonly Span[]): void =>
  replaceInPlace(join(dir, FILES.worked), `${JSON.stringify({ boot: bootId(), spans })}\n`);
