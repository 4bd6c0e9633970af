import { CommandError } from "../app/errors.ts";

/** Of anything that went wrong, what a person reads. */
export const troubleText = (error: unknown): string =>
  error instanceof CommandError && error.mend !== undefined
    ? `${error.message}: ${error.mend}`
    : error instanceof Error
      ? error.message
      : String(error);
