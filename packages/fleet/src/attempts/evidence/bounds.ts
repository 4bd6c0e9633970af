/** How much of a directory is looked at, and what of it never is. */

/** More than so many files are not listed one by one. */
export const MOST_FILES = 20_000;
/** The longest walk, in milliseconds; git has a bound of its own. */
export const PATIENCE = 20_000;
/** Not walked: what package managers put there is neither anybody's work nor cheap to list. */
export const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

export const isUnder = (path: string, dir: string): boolean => path === dir || path.startsWith(`${dir}/`);

/** What is passed over below `top`: a workspace lies in the home itself, and is no part of it. */
export const skippedIn = (top: string, home: string): string => (isUnder(top, home) ? `${top}/.git` : home);

/** Of the files that git ignores one by one, not all that no pattern means were looked at. */
export const REST = "";
/** Git ignores more of what was looked for than was looked at: of what was not found nothing is told. */
export const ANYWHERE = "**";
