/** The parts of the home and the settings that decide whether anything may start, for the supervisor and for `fleet explain`. */
import type { Tuning } from "../../../settings/tuning.ts";
import type { Config } from "../../../settings/schema.ts";
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
    tripped: {
      coders: probes(breakers.coders, settings, wall),
      dirs: probes(breakers.dirs, settings, wall),
      setups: probes(breakers.setups ?? {}, settings, wall),
    },
  };
}
