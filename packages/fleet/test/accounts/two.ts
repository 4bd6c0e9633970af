/** Two accounts of one coder, and how their attempts end. */
import { readAttempt } from "../../src/attempts/records/record.ts";
import { parkAccount, readParked } from "../../src/engine/shell/state/parked.ts";
import type { Fleet } from "../support/fleet.ts";
import { says, WORKER } from "../support/robot.ts";

export const TWO = `${WORKER}
accounts:
  first: { coder: worker, order: 1, env: { WHO: first } }
  second: { coder: worker, order: 2, env: { WHO: second } }
`;

export const ends = (cause: string): string =>
  `${says({ type: "result", ok: false, text: `it is ${cause}`, cause })}; exit 1`;

export const usedUp = (reset: string): string =>
  `${says({ type: "limit", state: "rejected", scope: "window", until: reset, window: "five_hour", utilization: 1 })}; ${ends("rate-limit")}`;

export const on = (account: string, script: string): string => `if [ "$WHO" = ${account} ]; then ${script}; fi`;

export const soon = (millis: number): string => new Date(Date.now() + millis).toISOString();

export const account = (fleet: Fleet, id: string, n: number): string | undefined =>
  readAttempt(fleet.dir(id, n))?.account;

/** As if the reset had been so much earlier: a test does not wait for ten minutes. */
export function comesSoon(fleet: Fleet, name: string): void {
  const park = readParked(fleet.home)[name];
  if (park === undefined) throw new Error(`${name} is not parked`);
  parkAccount(fleet.home, name, { ...park, until: soon(500) });
}

export const rows = async (fleet: Fleet): Promise<Record<string, unknown>[]> =>
  JSON.parse(await fleet.ok(["accounts", "--json"])).accounts;
