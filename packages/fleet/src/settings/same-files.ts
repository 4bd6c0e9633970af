/** What becomes of a task that may change the same files as one that runs. */

/** wait: it starts once that one has ended · warn: it starts, and that is said · ignore: it starts. */
export const SAME_FILES = ["wait", "warn", "ignore"] as const;
export type SameFiles = (typeof SAME_FILES)[number];
