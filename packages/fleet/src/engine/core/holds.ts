/** Holds: accounts, coders and projects that get nothing new, and the names by which a person lifts them. Pure. */
import type { Config } from "../../settings/schema.ts";
import { allAccounts } from "../../settings/accounts/accounts.ts";
import { FLEET } from "./accounts/choose.ts";
import type { Parked } from "./accounts/park.ts";
import { type Breakers, openBreakers } from "./breaker.ts";

/**
 * account: it is parked or paused · fleet: all accounts are (the daily limit of all) · coder: it was not found, where it was
 * looked for · directory: it is gone · setup: the workspaces of a project can't be set up.
 */
export interface HeldThing {
  readonly kind: "account" | "fleet" | "coder" | "directory" | "setup";
  /** How a person is told of it. */
  readonly name: string;
  /** Its key: the account's name, or the breaker's key. */
  readonly key: string;
  readonly reason: string;
  /** Lifted, it comes back by itself unless something is changed. */
  readonly daily: boolean;
  /** The names that lift it; the last is the shortest unique one. */
  readonly names: readonly string[];
}

export function heldThings(config: Config, parked: Parked, breakers: Breakers): HeldThing[] {
  const coderOf = new Map(allAccounts(config).map(({ name, coder }) => [name, coder]));
  const accounts = Object.entries(parked)
    .filter(([, { released }]) => released === undefined)
    .map(([key, { reason, kind }]): HeldThing => {
      const daily = kind === "daily";
      if (key === FLEET) return { kind: "fleet", name: "the fleet", key, reason, daily, names: [] };
      return { kind: "account", name: key, key, reason, daily, names: [...new Set([coderOf.get(key) ?? key, key])] };
    });
  const open = openBreakers(breakers).map(({ kind, key, what, breaker: { reason } }): HeldThing => {
    // A directory is told by its last part, too, as `fleet tasks` shows it.
    const names = kind === "coder" ? [what] : [what, what.split("/").findLast((part) => part !== "") ?? what];
    return { kind, name: what, key, reason, daily: false, names };
  });
  return [...accounts, ...open];
}

/** `as`: the name and what else it may mean, a path that was made absolute. */
export const bearing = (things: readonly HeldThing[], as: readonly string[]): HeldThing[] =>
  things.filter(({ names }) => names.some((name) => as.includes(name)));

export function heldText({ kind, name, reason }: Pick<HeldThing, "kind" | "name" | "reason">): string {
  return `${kind === "fleet" ? name : `${kind === "setup" ? "setup of" : kind} ${name}`} (${reason})`;
}
