/** Coders of which nothing can run, because every account of theirs waits: when it goes on, and why not before. Pure. */
import type { Config } from "../../../settings/schema.ts";
import { type Park, type Parked, waitsUntil } from "./park.ts";
import { accountsOf, written } from "../../../settings/accounts/accounts.ts";
import { FLEET } from "./choose.ts";

export const resumeLine = (name: string): string => (name === FLEET ? "fleet resume" : `fleet resume ${name}`);

/** "until 2026-…: the reason", as the journal says it. */
export function waitText(name: string, park: Park, autoResume: boolean): string {
  const until = waitsUntil(park, autoResume);
  return `${until === Infinity ? `until you run: ${resumeLine(name)}` : `until ${park.until ?? ""}`}: ${park.reason}`;
}

interface Waiting {
  readonly name: string;
  readonly until: number;
  readonly park: Park;
}

/** Undefined where one of the coder's accounts is free. In the order in which they go on. */
function allWait(config: Config, parked: Parked, coder: string, wall: number): Waiting[] | undefined {
  const waits: Waiting[] = [];
  for (const { name } of accountsOf(config, coder)) {
    const park = parked[name];
    const until = park === undefined ? 0 : waitsUntil(park, config.auto_resume);
    if (park === undefined || until <= wall) return undefined;
    waits.push({ name, until, park });
  }
  return waits.sort((a, b) => a.until - b.until);
}

/** For coders with several accounts: the park of the only one says it by itself. */
export function standstills(
  config: Config,
  parked: Parked,
  wall: number,
): { readonly coder: string; readonly text: string; readonly until: number }[] {
  return [...new Set(written(config).map(({ coder }) => coder))].flatMap((coder) => {
    const waits = allWait(config, parked, coder, wall) ?? [];
    const [first] = waits;
    if (first === undefined || waits.length < 2) return [];
    const when =
      first.until === Infinity
        ? "nothing of it runs until you run: fleet resume ACCOUNT"
        : `it goes on at ${first.park.until ?? ""} with ${first.name}`;
    return [{ coder, until: first.until, text: `all ${waits.length} accounts of ${coder} are parked; ${when}` }];
  });
}
