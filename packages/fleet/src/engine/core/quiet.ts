/** Checks that are to be repeated while nothing else is at work where they run. Pure. */
import type { AttemptView } from "./world.ts";

/** It waits until no one else works where it ran. */
export const waitsForQuiet = ({ phase }: AttemptView): boolean =>
  phase.kind === "proving" && phase.step.kind === "check" && phase.step.whenQuiet;
