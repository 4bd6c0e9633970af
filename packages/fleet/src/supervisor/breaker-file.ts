/** The breakers' state, .git/fleet/breakers.json: it holds over a restart of the supervisor, and commands read it. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { gitDirOf } from "@fleet/store/home";

import { RETRY } from "../attempt/retry-table.ts";
import type { OutcomeRecord } from "../attempt/record.ts";
import type { Config } from "../config/schema.ts";
import { readJson, replaceFile } from "../files.ts";
import { after, type Breakers, type BreakerSettings, CLOSED, inWords, openBreakers } from "./breaker.ts";
import type { Context } from "./context.ts";

const breaker = z.object({ failures: z.number(), reason: z.string(), probeAt: z.optional(z.number()) });
const schema = z.object({ coders: z.record(z.string(), breaker), dirs: z.record(z.string(), breaker) });

const pathOf = (home: string): string => join(gitDirOf(home), "fleet", "breakers.json");

export const breakerSettings = (config: Config): BreakerSettings => ({
  failures: config.breaker_failures,
  pause: config.breaker_pause,
});

export function readBreakers(home: string): Breakers {
  if (!existsSync(pathOf(home))) return CLOSED;
  const decoded = z.safeParse(schema, readJson(pathOf(home)));
  return decoded.success ? decoded.data : CLOSED;
}

export function writeBreakers(home: string, breakers: Breakers): void {
  replaceFile(pathOf(home), `${JSON.stringify(breakers)}\n`);
}

/** One more attempt ended: kept, and said where a breaker opens, stays open or closes. */
export function countForBreakers(context: Context, coder: string, dir: string, outcome: OutcomeRecord): void {
  const { home, journal, clock } = context;
  const before = readBreakers(home);
  const isDirGone = statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true;
  const verdict = { coder, dir, isDirGone, kind: RETRY[outcome.kind].breaker, reason: outcome.reason };
  const now = after(before, verdict, breakerSettings(context.config()), clock.wall());
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  writeBreakers(home, now);
  const wasOpen = new Map(openBreakers(before).map(({ what, breaker: one }) => [what, one.probeAt]));
  for (const { what, breaker: one } of openBreakers(now)) {
    if (wasOpen.get(what) !== one.probeAt) journal.write("park", inWords(what, one));
    wasOpen.delete(what);
  }
  for (const what of wasOpen.keys()) journal.write("unpark", `${what} works again`);
}
