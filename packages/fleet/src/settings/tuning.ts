/**
 * Times and thresholds that suit every fleet, so they are no settings. FLEET_TUNING (for tests only) overrides them: a JSON
 * object with some of these names, times in milliseconds. A supervisor has its own in its context.
 */
import * as z from "zod/mini";

const DEFAULTS = {
  /** How long a coder may live on after its work is over. */
  finishGrace: 15_000,
  /** How far apart, in milliseconds, attempts end that one signal from outside hits. */
  signalBurst: 3_000,
  /** How long a started wrapper may take to record its pid. */
  launchGrace: 10_000,
  /** After its limit has reset, an account takes one more attempt each time this passes. */
  limitStagger: 5_000,
  /** Failures to start in a row that open the breaker of a coder or directory. */
  breakerFailures: 5,
  /** How long the breaker stays open before one attempt probes it; doubles. */
  breakerPause: 300_000,
  /** Failures to start within so long are one failure: what starts together fails together. */
  breakerBurst: 10_000,
  /** What comes so soon after something that a person is called for is told with it. */
  callBurst: 5_000,
  /** A sign of life younger than this counts as work. */
  workingWithin: 60_000,
  /** How long the end of an attempt may wait for a snapshot of its directory. */
  snapshotPatience: 10_000,
  /** Share of a core from which an attempt's processes count as busy. */
  workingCpu: 0.05,
};
export type Tuning = Readonly<typeof DEFAULTS>;

/** The defaults with these overrides. */
export function tuningFrom(text: string): Tuning {
  const given = z.parse(z.record(z.string(), z.number()), JSON.parse(text));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(DEFAULTS, name));
  if (unknown !== undefined) throw new Error(`FLEET_TUNING: unknown name ${unknown}`);
  return { ...DEFAULTS, ...given };
}

export const tuningIn = (env: Readonly<Record<string, string | undefined>>): Tuning =>
  tuningFrom(env["FLEET_TUNING"] ?? "{}");

/** Of this process: for commands, which only tell what a supervisor does. */
export const TUNING: Tuning = tuningIn(process.env);
