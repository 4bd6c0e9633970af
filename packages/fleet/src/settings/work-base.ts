/** At which commit the work in a clone begins. */

/**
 * head: what is checked out in the source · fresh: the branch that this one follows at its remote, as it is there now · needs:
 * the work of the tasks that this one needs, and head where none of them worked in a clone of the same repository.
 */
export const WORK_BASES = ["head", "fresh", "needs"] as const;
export type WorkBase = (typeof WORK_BASES)[number];

export const isWorkBase = (value: unknown): value is WorkBase => WORK_BASES.some((one) => one === value);
