/** The breakers' state, .git/fleet/breakers.json: it holds over a restart of the supervisor, and commands read it. */
import * as z from "zod/mini";

import type { OutcomeRecord } from "../../../attempts/records/record.ts";
import { replaceFile } from "@fleet/kit/files";
import { TUNING } from "../../../settings/tuning.ts";
import {
  after,
  type Breakers,
  type BreakerSettings,
  CLOSED,
  inWords,
  type Looked,
  openBreakers,
} from "../../core/breaker.ts";
import { signOf } from "../../core/retry-table.ts";
import type { Context } from "../loop/context.ts";
import { readState, type State, statePath } from "./state-file.ts";

const breaker = z.object({
  failures: z.number(),
  reason: z.string(),
  failedAt: z.optional(z.number()),
  probeAt: z.optional(z.number()),
});
const schema = z.object({ coders: z.record(z.string(), breaker), dirs: z.record(z.string(), breaker) });

const pathOf = (home: string): string => statePath(home, "breakers.json");

export const BREAKER: BreakerSettings = {
  failures: TUNING.breakerFailures,
  pause: TUNING.breakerPause,
  burst: TUNING.breakerBurst,
};

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
export function countForBreakers(context: Context, looked: Looked, dir: string, outcome: OutcomeRecord): void {
  const { home, journal, clock } = context;
  // It is left as it is until a person has said that all may be closed.
  if (breakersTrouble(home) !== undefined) return;
  const before = readBreakers(home);
  const now = after(before, looked, dir, signOf(outcome), BREAKER, clock.wall());
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  writeBreakers(home, now);
  const wasOpen = new Map(openBreakers(before).map((one) => [one.key, one]));
  for (const one of openBreakers(now)) {
    if (wasOpen.get(one.key)?.breaker.probeAt !== one.breaker.probeAt) journal.write("park", inWords(one));
    wasOpen.delete(one.key);
  }
  for (const { what } of wasOpen.values()) journal.write("unpark", `${what} works again`);
}
