/** From when on an attempt is called quiet or hung: what may be set, for all, for one coder, for one project, for one task. */
export const LIVENESS = ["quiet_after", "warn_after", "hung_after", "stop_waiting_after"] as const;
export type LivenessName = (typeof LIVENESS)[number];
