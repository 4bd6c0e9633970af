/** Whether the files of a directory are kept at the end of each attempt in it. */

/** on: as a snapshot in fleet's depot of its repository · off: not. What works in a clone of its own is always kept. */
export const SNAPSHOTS = ["on", "off"] as const;
export type Snapshots = (typeof SNAPSHOTS)[number];
