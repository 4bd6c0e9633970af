/** What a task may say of how it runs: the closed sets and the flags of its limits. Verbs of `bd` load it, so it has nothing else. */
export { isReviewBy, REVIEWS } from "../settings/review.ts";
export { type GivenLimits, FLAG_HELP, flagOf, isGiven, mergedLimits, readFlags } from "../attempts/limits/flags.ts";
export { EVIDENCE_LEVELS, isEvidenceLevel } from "../settings/evidence.ts";
export { isIsolation, ISOLATIONS } from "../settings/isolation.ts";
export { isWorkBase, WORK_BASES } from "../settings/work-base.ts";
export { LIMITS } from "../settings/limits/limits.ts";
