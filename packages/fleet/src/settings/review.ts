/**
 * Whether a person sees what a task's work is before it closes or lands.
 * none: what fleet believes is accepted · person: it waits until a person has approved it.
 */
export const REVIEWS = ["none", "person"] as const;
export type ReviewBy = (typeof REVIEWS)[number];

export const isReviewBy = (value: unknown): value is ReviewBy => REVIEWS.some((one) => one === value);
