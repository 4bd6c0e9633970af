/** Where the attempts of a task work. */

/** none: in the task's directory · clone: in a private clone of its repository, one for all attempts of the task. */
export const ISOLATIONS = ["none", "clone"] as const;
export type Isolation = (typeof ISOLATIONS)[number];

export const isIsolation = (value: unknown): value is Isolation => ISOLATIONS.some((one) => one === value);
