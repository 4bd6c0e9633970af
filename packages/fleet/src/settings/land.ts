/** Whether the work of tasks in clones is brought onto its target before they close. */

/**
 * off: a task closes when its work is accepted, and `fleet land` lands it when asked · manual: it closes once it has landed, when a
 * person says so · auto: the supervisor lands it by itself, and it closes then.
 */
export const LAND = ["off", "manual", "auto"] as const;
export type Land = (typeof LAND)[number];

/**
 * branch: the branch of the person's repository is moved · push: the one that it follows at its remote, and nothing else · pr: a pull
 * request for that one is opened, and whoever merges it lands the work.
 */
export const VIA = ["branch", "push", "pr"] as const;
export type Via = (typeof VIA)[number];

/**
 * squash: the work is one commit · merge: its commits, made again on the target, and one that merges them, so that each commit of the
 * target's own line was checked · rebase: those commits alone, where each of them passes the checks.
 */
export const HISTORY = ["squash", "merge", "rebase"] as const;
export type History = (typeof HISTORY)[number];
