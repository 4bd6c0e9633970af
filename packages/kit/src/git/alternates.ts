/** How a git is told whose objects it borrows: by a file of its repository, or for one call. Pure. */
import { cString } from "./quoted.ts";

/** Git reads a line that begins with a quote as a C string, and one that begins with # as a comment. */
const NEEDS_QUOTES = /^[#"]|[\n\\]/;

export const alternatesText = (directories: readonly string[]): string =>
  directories.map((path) => `${NEEDS_QUOTES.test(path) ? cString(path) : path}\n`).join("");

/** For one call. In quotes, because a path may have the sign that parts them. */
export const borrowing = (
  ...directories: readonly string[]
): { readonly GIT_ALTERNATE_OBJECT_DIRECTORIES: string } => ({
  GIT_ALTERNATE_OBJECT_DIRECTORIES: directories.map(cString).join(":"),
});
