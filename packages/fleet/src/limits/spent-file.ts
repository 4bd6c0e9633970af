/**
 * tasks/ID/spent.jsonl: what attempts used whose records `fleet gc` took away, a line each. A limit on tokens or cost is
 * the task's, and the task may go on.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { taskDir } from "../attempt/paths.ts";
import { readAttempt, readOutcome, sessionOf } from "../attempt/record.ts";
import { readEnd, readText } from "@fleet/kit/read";

const schema = z.object({
  uuid: z.string(),
  /** The coder's. */
  session: z.optional(z.string()),
  input: z.number(),
  output: z.number(),
  usd: z.number(),
});
export type Used = z.infer<typeof schema>;

const pathOf = (home: string, task: string): string => join(taskDir(home, task), "spent.jsonl");

/** What is on disk of an attempt that was judged. */
export function usedBy(dir: string): Used | undefined {
  const uuid = readAttempt(dir)?.uuid;
  const usage = readOutcome(dir)?.usage;
  if (uuid === undefined || usage === undefined) return undefined;
  const session = sessionOf(dir);
  const { input, output, cost_usd: usd = 0 } = usage;
  return { uuid, ...(session === undefined ? {} : { session }), input, output, usd };
}

/** Before its record goes; again after a crash in between, which counts once. */
export function keepUsed(home: string, task: string, dir: string): void {
  const used = usedBy(dir);
  if (used === undefined || used.input + used.output + used.usd === 0) return;
  const path = pathOf(home, task);
  const end = readEnd(path, 1) ?? "";
  appendFileSync(path, `${end === "" || end === "\n" ? "" : "\n"}${JSON.stringify(used)}\n`, { mode: 0o600 });
}

/** By uuid. */
export function usedBefore(home: string, task: string): Map<string, Used> {
  const lines = readText(pathOf(home, task))?.split("\n") ?? [];
  return new Map(lines.flatMap((line) => decoded(line) ?? []).map((used) => [used.uuid, used]));
}

function decoded(line: string): Used | undefined {
  try {
    const result = z.safeParse(schema, JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    // Cut short by a crash: the record that it is about was not taken away then.
    return undefined;
  }
}
