/** Coders of which nothing can run, because every account of theirs waits: when one is free again, and why not before. Pure. */
import type { Config } from "../../../settings/schema.ts";
import { type Park, type Parked, parkReason, waiting, waitsUntil } from "./park.ts";
import { accountsOf, written } from "../../../settings/accounts/accounts.ts";
import { FLEET } from "./choose.ts";

export const resumeLine = (name: string): string => (name === FLEET ? "fleet resume" : `fleet resume ${name}`);

/** "until 2026-…: the reason", as the journal says it. */
export function waitText(name: string, park: Park, autoResume: boolean): string {
  const until = waitsUntil(park, autoResume);
  const why = parkReason(name, park, autoResume);
  return `${until === Infinity ? `until you run: ${resumeLine(name)}` : `until ${park.until ?? ""}`}: ${why}`;
}

/** For coders with several accounts: the park of the only one says it by itself. */
export function standstills(
  config: Config,
  parked: Parked,
  wall: number,
): { readonly coder: string; readonly text: string }[] {
  const now = waiting(parked, config.auto_resume, wall);
  return [...new Set(written(config).map(({ coder }) => coder))].flatMap((coder) => {
    const accounts = accountsOf(config, coder);
    const waits = accounts.flatMap(({ name }) => {
      const park = now[name];
      return park === undefined ? [] : [{ name, park, until: waitsUntil(park, config.auto_resume) }];
    });
    // In the order in which they are free again.
    const [first] = waits.sort((a, b) => a.until - b.until);
    if (first === undefined || waits.length < Math.max(2, accounts.length)) return [];
    const when =
      first.until === Infinity
        ? `nothing runs on ${coder} until you run: fleet resume ACCOUNT`
        : `nothing runs on ${coder} until ${first.park.until ?? ""} (${first.name})`;
    const all = waits.length === 2 ? "both" : `all ${waits.length}`;
    return [{ coder, text: `${all} ${coder} accounts are on hold; ${when}` }];
  });
}
