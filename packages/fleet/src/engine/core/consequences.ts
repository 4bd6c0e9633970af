/** The consequences of an attempt's end beside its task: for its account, its coder, its directory. Pure; the shell applies them. */
import type { Hold, Outcome } from "../../attempts/records/outcome.ts";
import type { OutcomeRecord } from "../../attempts/records/record.ts";
import type { Config } from "../../settings/schema.ts";
import { type Park, waitsUntil } from "./accounts/park.ts";
import { waitText } from "./accounts/standstill.ts";
import { parkAfter } from "./backoff.ts";
import { after, type Begun, type Breakers, type BreakerSettings, inWords, openBreakers, type Sign } from "./breaker.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** Something that a person is told in the log. */
interface News {
  readonly event: "park" | "unpark";
  readonly text: string;
}

export type AccountChange =
  | { readonly kind: "none" }
  /** It waits. */
  | { readonly kind: "park"; readonly park: Park; readonly news: News }
  /** It did its work: the pauses begin small again. */
  | { readonly kind: "forget-park" };

/** `before`: what was said of the account. */
export function accountAfter(
  config: Config,
  account: string,
  outcome: OutcomeRecord,
  before: Park | undefined,
  chance: { readonly wall: number; readonly random: number },
): AccountChange {
  const park = parkAfter(config, outcome, before, chance.wall, chance.random);
  if (park === undefined)
    return before?.released !== undefined && provesAccount(outcome) ? { kind: "forget-park" } : { kind: "none" };
  // A longer hold for another reason stays.
  if (before !== undefined && before.released === undefined && waitsUntil(before, true) >= waitsUntil(park, true))
    return { kind: "none" };
  const text = `${account} waits ${waitText(account, park, config.auto_resume)}`;
  return { kind: "park", park, news: { event: "park", text } };
}

/** The provider answered to the end: whatever became of the task, the account was not the trouble. */
function provesAccount({ kind, usage }: OutcomeRecord): boolean {
  return kind === "done" || kind === "claimed-done-unproven" || usage.output > 0;
}

/** The holds that such an end causes. */
export const holdOf = (table: Lifecycle, { kind, holds }: Pick<Outcome, "kind" | "holds">): Hold =>
  holds ?? table[kind].holds;

/** How an end counts for the breakers of its coder and its directory. */
export function signOf(table: Lifecycle, outcome: Pick<Outcome, "kind" | "reason" | "holds">): Sign {
  const { kind, reason } = outcome;
  switch (holdOf(table, outcome)) {
    case "coder":
      return { kind: "coder-missing", reason };
    case "directory":
      return { kind: "directory-gone", reason };
    case "setup":
      return { kind: "setup-failed", reason };
    case "account":
    case "nothing":
      return { kind: table[kind].starts ? "started" : "nothing" };
  }
}

export interface BreakersChange {
  readonly breakers: Breakers;
  readonly news: readonly News[];
}

/** Undefined where nothing changes. Said is which breaker opens, stays open or closes. */
export function breakersAfter(
  before: Breakers,
  { sign, ...begun }: Begun & { readonly sign: Sign },
  settings: BreakerSettings,
  wall: number,
): BreakersChange | undefined {
  const breakers = after(before, begun, sign, settings, wall);
  if (JSON.stringify(breakers) === JSON.stringify(before)) return undefined;
  const wasOpen = new Map(openBreakers(before).map((one) => [one.key, one]));
  const news: News[] = [];
  for (const one of openBreakers(breakers)) {
    if (wasOpen.get(one.key)?.breaker.probeAt !== one.breaker.probeAt) news.push({ event: "park", text: inWords(one) });
    wasOpen.delete(one.key);
  }
  for (const { kind, what } of wasOpen.values())
    news.push({ event: "unpark", text: `${kind === "setup" ? `the setup of ${what}` : what} works again` });
  return { breakers, news };
}
