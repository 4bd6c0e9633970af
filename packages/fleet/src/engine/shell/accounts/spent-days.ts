/**
 * The files of the ledger, run/spent/DAY.jsonl: a line each time that more was spent, of which an attempt's last one counts.
 * They may be deleted at any time: a day without a file is added up again from the outcomes.
 */
import { statSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";

import * as z from "zod/mini";

import { attemptsOf, tasksDir } from "../../../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import { judgedAt, readAttempt, readOutcome } from "../../../attempts/records/record.ts";
import { createExclusive, removeFile, replaceFile } from "@fleet/kit/files";
import { appendText } from "@fleet/kit/in-place";
import { appendLines, readJsonLines } from "@fleet/kit/lines";
import { MIB, openRegular, readFrom } from "@fleet/kit/read";
import { type Spent, spent } from "../../../attempts/records/spent.ts";

/** `tokens` and `usd`: on that day. `before`: what the attempt had spent when the day began; absent for nothing. */
const schema = z.object({
  uuid: z.string(),
  account: z.string(),
  tokens: z.number(),
  usd: z.number(),
  before: z.optional(spent),
});
export type DayLine = z.infer<typeof schema>;

/** Older days are of no use to anybody; none of their attempts runs so long. */
const KEPT_DAYS = 7;

/** A long day of fifty attempts is some megabytes before it is compacted. */
const LEDGER = { most: 64 * MIB };
/** Bytes that others append between a look and a compaction. */
const MOST_LATE = MIB;

const dirOf = (home: string): string => join(home, "run", "spent");
const fileOf = (home: string, day: string): string => join(dirOf(home), `${day}.jsonl`);
const textOf = (lines: Iterable<DayLine>): string => [...lines].map((one) => `${JSON.stringify(one)}\n`).join("");

const NOTHING: Spent = { tokens: 0, usd: 0 };

/** All that the attempt had spent by then. */
export function totalOf({ tokens, usd, before = NOTHING }: DayLine): Spent {
  return { tokens: before.tokens + tokens, usd: before.usd + usd };
}

const linesOf = (lines: readonly DayLine[]): Map<string, DayLine> => new Map(lines.map((one) => [one.uuid, one]));

/** A day's lines by attempt, or undefined where it has no file. */
export function readDay(home: string, day: string): Map<string, DayLine> | undefined {
  if (markOf(home, day) === "") return undefined;
  return linesOf(readJsonLines(fileOf(home, day), schema, LEDGER));
}

/** What the attempts of earlier days had spent in all when they were last heard of. */
export function spentBefore(home: string, day: string): Map<string, Spent> {
  const totals = new Map<string, Spent>();
  const days = list(dirOf(home)).filter((name) => name.endsWith(".jsonl") && name < `${day}.jsonl`);
  for (const name of days.sort())
    for (const [uuid, line] of linesOf(readJsonLines(join(dirOf(home), name), schema, LEDGER)))
      totals.set(uuid, totalOf(line));
  return totals;
}

/** By the records of the attempts that ended that day. */
export function fromOutcomes(
  home: string,
  day: string,
  before: () => ReadonlyMap<string, Spent>,
): Map<string, DayLine> {
  const since = Date.parse(day);
  const lines = list(tasksDir(home)).flatMap((task) =>
    attemptsOf(home, task).flatMap(({ dir }) => {
      const outcome = (judgedAt(dir) ?? 0) < since ? undefined : ifReadable(() => readOutcome(dir));
      const record = outcome?.at.startsWith(day) === true ? ifReadable(() => readAttempt(dir)) : undefined;
      if (record === undefined || outcome === undefined) return [];
      const { input, output, cost_usd: usd = 0 } = outcome.usage;
      const { uuid, account } = record;
      return [lineOf({ uuid, account, tokens: input + output, usd }, before().get(uuid))];
    }),
  );
  return new Map(lines.map((line) => [line.uuid, line]));
}

/** `total` in all, of which `before` is not this day's. */
export function lineOf(total: Omit<DayLine, "before">, before: Spent | undefined): DayLine {
  if (before === undefined || before.tokens + before.usd === 0) return total;
  const { tokens, usd } = total;
  return { ...total, tokens: Math.max(0, tokens - before.tokens), usd: Math.max(0, usd - before.usd), before };
}

/** Which file it is and how long: changes with every write. */
export function markOf(home: string, day: string): string {
  const stat = statSync(fileOf(home, day), { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.size}`;
}

export const sizeOf = (home: string, day: string): number =>
  statSync(fileOf(home, day), { throwIfNoEntry: false })?.size ?? 0;

/** Makes the day's file with what is known of the day already, where there is none; files of long ago go. */
export function beginDay(home: string, day: string, lines: Iterable<DayLine>): void {
  if (markOf(home, day) !== "") return;
  const dir = dirOf(home);
  for (const old of list(dir).sort().slice(0, -KEPT_DAYS)) removeFile(join(dir, old));
  createExclusive(fileOf(home, day), textOf(lines));
}

/** Answers how many bytes it added. */
export function appendDay(home: string, day: string, lines: Iterable<DayLine>): number {
  const text = textOf(lines);
  return appendLines(fileOf(home, day), text) + Buffer.byteLength(text);
}

/** Replaces what grew by one line for each attempt; what another process appended meanwhile is kept. */
export function compactDay(home: string, day: string, lines: Iterable<DayLine>, known: number): void {
  const path = fileOf(home, day);
  const old = openRegular(path);
  if (old.kind !== "open") return;
  try {
    replaceFile(path, textOf(lines));
    const late = readFrom(old.file, known, MOST_LATE);
    if (late.length > 0) appendText(path, late);
  } finally {
    old.close();
  }
}
