/**
 * tasks/ID/spent.jsonl: what attempts used whose records `fleet gc` took away, a line each. A limit on tokens or cost is
 * the task's, and the task may continue.
 */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";

import * as z from "zod/mini";

import { taskDir } from "../records/paths.ts";
import { readAttempt, readOutcome, sessionOf } from "../records/record.ts";

const schema = z.object({
  uuid: z.string(),
  /** The coder's. */
  session: z.optional(z.string()),
  input: z.number(),
  output: z.number(),
  usd: z.number(),
  /** Milliseconds; absent in lines of an older fleet. */
  ms: z.optional(z.number()),
});
export type Used = z.infer<typeof schema>;

const pathOf = (home: string, task: string): string => join(taskDir(home, task), "spent.jsonl");

/** The usage on disk of a judged attempt. */
export function usedBy(dir: string): Used | undefined {
  const uuid = ifReadable(() => readAttempt(dir))?.uuid;
  const outcome = ifReadable(() => readOutcome(dir));
  if (uuid === undefined || outcome === undefined) return undefined;
  const session = sessionOf(dir);
  const { input, output, cost_usd: usd = 0 } = outcome.usage;
  return { uuid, ...(session === undefined ? {} : { session }), input, output, usd, ms: outcome.duration_ms };
}

/** Before its record goes; again after a crash in between, which counts once. */
export function keepUsed(home: string, task: string, dir: string): void {
  const used = usedBy(dir);
  if (used === undefined || used.input + used.output + used.usd + (used.ms ?? 0) === 0) return;
  appendJsonLine(pathOf(home, task), used);
}

/** Usage by the attempt's uuid. */
export function usedBefore(home: string, task: string): Map<string, Used> {
  // Skip a line that a crash cut short: its record was not removed then.
  return new Map(readJsonLines(pathOf(home, task), schema).map((used) => [used.uuid, used]));
}
