/** From when on an attempt of a task is called quiet or hung. Pure. */
import type { Tuning } from "../tuning.ts";
import type { Effective } from "./effective.ts";

/** From when on what is called how. Infinity: never. */
export interface Thresholds {
  /** A sign younger than this is work. */
  readonly workingWithin: number;
  /** The share of one core from which its processes count as busy. */
  readonly workingCpu: number;
  /** In a tool: without a sign for so long it is quiet. */
  readonly quietAfter: number;
  /** Without a sign for so long a person is told. */
  readonly warnAfter: number;
  /** With nothing open: without a sign for so long it hangs, and is stopped. */
  readonly hungAfter: number;
  /** It waits for a person who can't answer it here: stopped after so long. */
  readonly stopWaitingAfter: number;
}

const orNever = (millis: number): number => (millis === 0 ? Infinity : millis);

export const thresholdsOf = ({ value }: Pick<Effective, "value">, tuning: Tuning): Thresholds => ({
  workingWithin: tuning.workingWithin,
  workingCpu: tuning.workingCpu,
  quietAfter: value("liveness.quiet_after"),
  warnAfter: orNever(value("liveness.warn_after")),
  hungAfter: orNever(value("liveness.hung_after")),
  stopWaitingAfter: orNever(value("liveness.stop_waiting_after")),
});
