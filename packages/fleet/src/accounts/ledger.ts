/**
 * What each account spent today (UTC): one line an attempt in run/spent/DAY.jsonl, the last line of an attempt counts. It
 * may be deleted at any time: a day without a file is added up again from the outcomes.
 */
import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod/mini";

import { attemptDir, attemptNumbers, FILES, list, tasksDir } from "../attempt/paths.ts";
import { readAttempt, readOutcome } from "../attempt/record.ts";
import { readText, replaceFile } from "../files.ts";
import type { Spent } from "./spending.ts";

const schema = z.object({ uuid: z.string(), account: z.string(), tokens: z.number(), usd: z.number() });
export type Spending = z.infer<typeof schema>;

/** Older days are of no use to anybody. */
const KEPT_DAYS = 7;

const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
const fileOf = (home: string, day: string): string => join(home, "run", "spent", `${day}.jsonl`);

function decoded(line: string): Spending | undefined {
  try {
    const result = z.safeParse(schema, JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    // A line that a crash cut short.
    return undefined;
  }
}

/** From the record of the attempts that ended that day. */
function fromOutcomes(home: string, day: string): Spending[] {
  const since = Date.parse(day);
  return list(tasksDir(home)).flatMap((task) =>
    attemptNumbers(home, task).flatMap((n) => {
      const dir = attemptDir(home, task, n);
      const written = statSync(join(dir, FILES.outcome), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      const outcome = written < since ? undefined : readOutcome(dir);
      const record = outcome?.at.startsWith(day) === true ? readAttempt(dir) : undefined;
      if (record === undefined || outcome === undefined) return [];
      const { input, output, cost_usd } = outcome.usage;
      const account = record.account ?? record.coder;
      return [{ uuid: record.uuid, account, tokens: input + output, usd: cost_usd ?? 0 }];
    }),
  );
}

export class Ledger {
  readonly #home: string;
  #seen = "";
  #attempts = new Map<string, Spending>();

  constructor(home: string) {
    this.#home = home;
  }

  /** By account. Costs one stat where nothing was spent since. */
  today(wall: number): Map<string, Spent> {
    const day = dayOf(wall);
    const stat = statSync(fileOf(this.#home, day), { throwIfNoEntry: false });
    const seen = `${day} ${stat?.ino ?? 0} ${stat?.size ?? 0}`;
    if (seen !== this.#seen) this.#attempts = this.#read(day);
    this.#seen = seen;
    const spent = new Map<string, Spent>();
    for (const { account, tokens, usd } of this.#attempts.values()) {
      const before = spent.get(account) ?? { tokens: 0, usd: 0 };
      spent.set(account, { tokens: before.tokens + tokens, usd: before.usd + usd });
    }
    return spent;
  }

  #read(day: string): Map<string, Spending> {
    const text = readText(fileOf(this.#home, day));
    const lines = text?.split("\n").flatMap((line) => decoded(line) ?? []) ?? fromOutcomes(this.#home, day);
    return new Map(lines.map((line) => [line.uuid, line]));
  }

  /** Does nothing where that is known already. */
  write(spending: Spending, wall: number): void {
    this.today(wall);
    const path = fileOf(this.#home, dayOf(wall));
    if (statSync(path, { throwIfNoEntry: false }) === undefined) this.#begin(path);
    const known = this.#attempts.get(spending.uuid);
    if (known?.tokens === spending.tokens && known.usd === spending.usd) return;
    appendFileSync(path, `${JSON.stringify(spending)}\n`, { mode: 0o600 });
  }

  /** A new day's file, with what is known of the day already; files of long ago go. */
  #begin(path: string): void {
    const dir = dirname(path);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const old of readdirSync(dir).sort().slice(0, -KEPT_DAYS)) rmSync(join(dir, old), { force: true });
    replaceFile(path, [...this.#attempts.values()].map((one) => `${JSON.stringify(one)}\n`).join(""));
  }
}
