/** What of the home and the settings says whether anything may start: the same for the supervisor and for who explains it. */
import type { Tuning } from "../../../settings/tuning.ts";
import type { Config } from "../../../settings/schema.ts";
import { onTrial, parkedUntil, parkReason, type Parked, SHORT, waiting } from "../../core/accounts/park.ts";
import { type Breakers, probes } from "../../core/breaker.ts";
import type { Limits, World } from "../../core/world.ts";
import { breakerSettings } from "../state/breaker-file.ts";

export const limitsIn = (config: Config, tuning: Tuning): Limits => ({
  maxConcurrent: config.max_concurrent,
  maxPerCoder: config.max_per_coder,
  killGrace: config.kill_grace,
  finishGrace: tuning.finishGrace,
  launchGrace: tuning.launchGrace,
  limitStagger: tuning.limitStagger,
  onParked: config.resume_on_parked,
});

export function breakersIn(breakers: Breakers, wall: number, tuning: Tuning): Pick<World, "tripped" | "breakers"> {
  const settings = breakerSettings(tuning);
  return {
    breakers,
    tripped: { coders: probes(breakers.coders, settings, wall), dirs: probes(breakers.dirs, settings, wall) },
  };
}

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
    parkedWhy: Object.fromEntries(
      Object.entries(now).map(([name, park]) => [name, parkReason(name, park, config.auto_resume)]),
    ),
    paused: Object.keys(now).filter((name) => SHORT.has(now[name]?.kind ?? "window")),
    onTrial: onTrial(parked, answered),
    spentUp: Object.fromEntries(Object.entries(now).filter(([, park]) => park.kind === "daily")),
  };
}
