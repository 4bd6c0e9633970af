/** Words, measures and types of the layers below that screens are made of. */
export type { CoderEvent } from "@fleet/coders/events";
export { millis } from "@fleet/store/time";
export { isNear, type Measure, measureText } from "../attempts/limits/measure.ts";
export type { OutcomeKind } from "../attempts/records/outcome.ts";
export { reasonNow } from "../engine/core/reason-text.ts";
export { LIMITS, type LimitName } from "../settings/limits/limits.ts";
