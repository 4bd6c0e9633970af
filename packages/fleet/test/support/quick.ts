import type { Tuning } from "../../src/settings/tuning.ts";

/** Times and thresholds quick enough for tests, of the supervisors that they start and of those in their own process. */
export const QUICK_TUNING: Partial<Tuning> = { finishGrace: 1_000, launchGrace: 5_000, signalBurst: 500 };
