/** What of the home and the settings says whether anything may start: the same for the supervisor and for who explains it. */
import { TUNING } from "../../../settings/tuning.ts";
import type { Config } from "../../../settings/schema.ts";
import { onTrial, parkedUntil, type Parked, SHORT, waiting } from "../../core/accounts/park.ts";
import { type Breakers, probes } from "../../core/breaker.ts";
import type { Limits, World } from "../../core/world.ts";
import { BREAKER } from "../state/breaker-file.ts";

export const limitsIn = (config: Config): Limits => ({
  maxConcurrent: config.max_concurrent,
  maxPerCoder: config.max_per_coder,
  maxPerCwd: config.max_per_cwd,
  killGrace: config.kill_grace,
  finishGrace: TUNING.finishGrace,
  launchGrace: TUNING.launchGrace,
  contextThreshold: config.context_threshold,
  limitStagger: TUNING.limitStagger,
  onParked: config.resume_on_parked,
});

export const breakersIn = (breakers: Breakers, wall: number): Pick<World, "tripped" | "breakers"> => ({
  breakers,
  tripped: { coders: probes(breakers.coders, BREAKER, wall), dirs: probes(breakers.dirs, BREAKER, wall) },
});

type Parks = Pick<World, "parked" | "parkedWhy" | "paused" | "onTrial" | "spentUp">;

/** `answered`: see `onTrial`. */
export function parksIn(
  config: Config,
  parked: Parked,
  wall: number,
  answered: ReadonlyMap<string, number> = new Map(),
): Parks {
  const now = waiting(parked, config.auto_resume, wall);
  return {
    parked: parkedUntil(parked, config.auto_resume),
    parkedWhy: Object.fromEntries(Object.entries(now).map(([name, { reason }]) => [name, reason])),
    paused: Object.keys(now).filter((name) => SHORT.has(now[name]?.kind ?? "window")),
    onTrial: onTrial(parked, answered),
    spentUp: Object.fromEntries(Object.entries(now).filter(([, park]) => park.kind === "daily")),
  };
}
