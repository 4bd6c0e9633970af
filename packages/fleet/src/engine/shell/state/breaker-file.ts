/** The breakers' state, .git/fleet/breakers.json: it holds over a restart of the supervisor, and commands read it. */
import { statSync } from "node:fs";
import * as z from "zod/mini";

import { RETRY } from "../../core/retry-table.ts";
import type { OutcomeRecord } from "../../../attempts/records/record.ts";
import { replaceFile } from "@fleet/kit/files";
import { TUNING } from "../../../settings/tuning.ts";
import { after, type Breakers, type BreakerSettings, CLOSED, inWords, openBreakers } from "../../core/breaker.ts";
import type { Context } from "../loop/context.ts";
import { readState, type State, statePath } from "./state-file.ts";

const breaker = z.object({ failures: z.number(), reason: z.string(), probeAt: z.optional(z.number()) });
const schema = z.object({ coders: z.record(z.string(), breaker), dirs: z.record(z.string(), breaker) });

const pathOf = (home: string): string => statePath(home, "breakers.json");

export const BREAKER: BreakerSettings = { failures: TUNING.breakerFailures, pause: TUNING.breakerPause };

const read = (home: string): State<Breakers> => readState(pathOf(home), (value) => z.safeParse(schema, value));

/** All closed, where there is nothing to read; whether that is so because it can't be read is `breakersTrouble`. */
export function readBreakers(home: string): Breakers {
  const state = read(home);
  return state.kind === "known" ? state.value : CLOSED;
}

export function breakersTrouble(home: string): string | undefined {
  const state = read(home);
  return state.kind === "unreadable" ? `${state.why}, so nothing is claimed: fleet resume` : undefined;
}

export function writeBreakers(home: string, breakers: Breakers): void {
  replaceFile(pathOf(home), `${JSON.stringify(breakers)}\n`);
}

/** One more attempt ended: kept, and said where a breaker opens, stays open or closes. */
export function countForBreakers(context: Context, coder: string, dir: string, outcome: OutcomeRecord): void {
  const { home, journal, clock } = context;
  // It is left as it is until a person has said that all may be closed.
  if (breakersTrouble(home) !== undefined) return;
  const before = readBreakers(home);
  const isDirGone = statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true;
  const verdict = { coder, dir, isDirGone, kind: RETRY[outcome.kind].breaker, reason: outcome.reason };
  const now = after(before, verdict, BREAKER, clock.wall());
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  writeBreakers(home, now);
  const wasOpen = new Map(openBreakers(before).map(({ what, breaker: one }) => [what, one.probeAt]));
  for (const { what, breaker: one } of openBreakers(now)) {
    if (wasOpen.get(what) !== one.probeAt) journal.write("park", inWords(what, one));
    wasOpen.delete(what);
  }
  for (const what of wasOpen.keys()) journal.write("unpark", `${what} works again`);
}
