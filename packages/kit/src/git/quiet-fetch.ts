/**
 * The options of every fetch that fleet makes for itself: nothing is printed, no tag and no submodule comes that was not asked
 * for, FETCH_HEAD stays what the person's last fetch left, and no maintenance begins.
 */
export const QUIET_FETCH = [
  "-q",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-recurse-submodules",
  "--no-auto-gc",
] as const;

/** The same for one into a repository of fleet's own, which becomes as shallow as the source is. */
export const QUIET_FETCH_OWN = [...QUIET_FETCH, "--update-shallow"] as const;
