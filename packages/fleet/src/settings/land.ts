/** Whether the work of tasks in clones is brought onto its target before they close. */

/** off: a task closes when its work is accepted, and `fleet land` lands it when asked · manual: it closes once it has landed. */
export const LAND = ["off", "manual"] as const;
export type Land = (typeof LAND)[number];
