/**
 * What becomes of the parked accounts as time passes: a reset that has come, a daily limit that is reached or was raised, a
 * secret that is missing or there again. Pure and level-triggered, from what is on disk and what was spent today.
 */
import type { Config } from "../../../settings/schema.ts";
import { type Park, type Parked, waitsUntil } from "./park.ts";
import { allAccounts } from "../../../settings/accounts/accounts.ts";
import { FLEET } from "./choose.ts";
import type { About } from "../journal-event.ts";
import { type Capped, share, shareText, total } from "../../../attempts/limits/spending.ts";
import type { Spent } from "../../../attempts/records/spent.ts";

export interface News {
  readonly event: "park" | "go-on" | "limit";
  readonly text: string;
  readonly about: About;
}

export interface Upkeep {
  readonly parked: Parked;
  readonly news: readonly News[];
  /** Accounts with a daily limit, and the fleet-wide one, with what was spent. */
  readonly limits: readonly Capped[];
}

export interface Today {
  readonly wall: number;
  readonly spent: ReadonlyMap<string, Spent>;
  /** Why an account's secrets can't be had, by its name. */
  readonly troubles: ReadonlyMap<string, string>;
}

/** From here on it is said that a daily limit comes near. */
export const NEAR = 0.8;

const DAY = 86_400_000;
const midnightAfter = (wall: number): string => new Date((Math.floor(wall / DAY) + 1) * DAY).toISOString();

export const called = (name: string): string => (name === FLEET ? "the fleet" : name);

/** Accounts with a daily limit, and the fleet-wide limit. */
export function capped(config: Config, spent: ReadonlyMap<string, Spent>): Capped[] {
  const none: Spent = { tokens: 0, usd: 0 };
  const own = allAccounts(config).map(({ name, daily }) => ({ name, cap: daily, spent: spent.get(name) ?? none }));
  return [...own, { name: FLEET, cap: config.daily, spent: total(spent) }].filter((one) => share(one) !== undefined);
}

export function upkeep(config: Config, before: Parked, today: Today): Upkeep {
  const { wall } = today;
  const next = new Map<string, Park>(Object.entries(before));
  const news: News[] = [];
  const limits = capped(config, today.spent);
  const over = new Map(limits.filter((one) => (share(one) ?? 0) >= 1).map((one) => [one.name, one]));
  const goOn = (name: string, park: Park, why: string): void => {
    next.set(name, { ...park, released: new Date(wall).toISOString() });
    news.push({ event: "go-on", text: `${called(name)} resumed: ${why}`, about: { account: name } });
  };
  for (const [name, park] of next) {
    if (park.released !== undefined) continue;
    if (park.kind === "secret" && !today.troubles.has(name)) goOn(name, park, "its secrets were found");
    else if (!config.auto_resume || over.has(name)) continue;
    else if (park.kind === "daily") goOn(name, park, "its daily limit is not reached");
    else if (waitsUntil(park, true) <= wall)
      goOn(name, park, park.kind === "window" || park.kind === "minute" ? "its limit has reset" : "its pause is over");
  }
  const park = (name: string, kind: Park["kind"], until: string | null, reason: string): void => {
    const known = next.get(name);
    const waits = known === undefined || known.released !== undefined ? 0 : waitsUntil(known, config.auto_resume);
    if (waits >= (until === null ? Infinity : Date.parse(until))) return;
    next.set(name, { kind, until, reason, repeats: known?.repeats ?? 0 });
    const when = until === null ? "" : ` until ${until}`;
    const about = { account: name, until: until ?? undefined };
    news.push({ event: "park", text: `${called(name)} waits${when}: ${reason}`, about });
  };
  for (const [name, one] of over) park(name, "daily", midnightAfter(wall), `daily limit reached: ${shareText(one)}`);
  for (const [name, trouble] of today.troubles) park(name, "secret", null, trouble);
  return { parked: news.length === 0 ? before : Object.fromEntries(next), news, limits };
}
