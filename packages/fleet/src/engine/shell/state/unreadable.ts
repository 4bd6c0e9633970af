/** What says what may be claimed and can't be read: while there is any of it nothing is claimed, and what runs goes on. */
import { breakersTrouble } from "./breaker-file.ts";
import { modeTrouble } from "./mode-file.ts";

/** One line each, with the command that mends it. */
export const unreadable = (home: string): string[] =>
  [modeTrouble(home), breakersTrouble(home)].filter((trouble) => trouble !== undefined);
