import { CommandError } from "../app/errors.ts";

/** An error's text for people. */
export const troubleText = (error: unknown): string =>
  error instanceof CommandError && error.mend !== undefined
    ? `${error.message}: ${error.mend}`
    : error instanceof Error
      ? error.message
      : String(error);
