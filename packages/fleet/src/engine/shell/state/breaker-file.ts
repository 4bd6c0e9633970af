/** The breakers' state, .git/fleet/breakers.json: it holds over a restart of the supervisor, and commands read it. */
import * as z from "zod/mini";

import type { OutcomeRecord } from "../../../attempts/records/record.ts";
import { replaceFile } from "@fleet/kit/files";
import type { Tuning } from "../../../settings/tuning.ts";
import { type Begun, type Breakers, type BreakerSettings, CLOSED } from "../../core/breaker.ts";
import { breakersAfter, signOf } from "../../core/consequences.ts";
import { LIFECYCLE } from "../../core/lifecycle.ts";
import type { Context } from "../loop/context.ts";
import { readState, type State, statePath } from "./state-file.ts";

const breaker = z.object({
  failures: z.number(),
  reason: z.string(),
  failedAt: z.optional(z.number()),
  probeAt: z.optional(z.number()),
});
const breakers = z.record(z.string(), breaker);
const schema = z.object({ coders: breakers, dirs: breakers, setups: z.optional(breakers) });

const pathOf = (home: string): string => statePath(home, "breakers.json");

export const breakerSettings = (tuning: Tuning): BreakerSettings => ({
  failures: tuning.breakerFailures,
  pause: tuning.breakerPause,
  burst: tuning.breakerBurst,
});

export const breakersState = (home: string): State<Breakers> =>
  readState(pathOf(home), (value) => z.safeParse(schema, value));

/** All closed, where there is nothing to read; whether that is so because it can't be read is `breakersTrouble`. */
export const breakersSaid = (state: State<Breakers>): Breakers => (state.kind === "known" ? state.value : CLOSED);

export const readBreakers = (home: string): Breakers => breakersSaid(breakersState(home));

export function breakersTrouble(state: State<Breakers>): string | undefined {
  return state.kind === "unreadable" ? `${state.why}, so nothing is claimed: fleet resume` : undefined;
}

export function writeBreakers(home: string, breakers: Breakers): void {
  replaceFile(pathOf(home), `${JSON.stringify(breakers)}\n`);
}

/** One more attempt ended: kept, and said where a breaker opens, stays open or closes. */
export function countForBreakers(context: Context, begun: Begun, outcome: OutcomeRecord): void {
  const { home, journal, clock } = context;
  // It is left as it is until a person has said that all may be closed.
  const state = breakersState(home);
  if (state.kind === "unreadable") return;
  const end = { ...begun, sign: signOf(LIFECYCLE, outcome) };
  const change = breakersAfter(breakersSaid(state), end, breakerSettings(context.tuning), clock.wall());
  if (change === undefined) return;
  writeBreakers(home, change.breakers);
  for (const { event, text } of change.news) journal.write(event, text);
}
