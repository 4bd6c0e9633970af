/** Why an attempt was not even tried, in a file beside its fence: what becomes of its task depends on whose matter it is. */

/** What it was claimed for is not there any more; the next claim chooses again. Nobody's failure, so not a try. */
export class Overtaken extends Error {}

/** Written beside the fence then: the reason, one line. */
export const START_OVERTAKEN = "start-overtaken";

/** It is not to be tried before a person has changed something; not a failure of the coder. */
export class Refused extends Error {}

/** Written beside the fence when a person has to act first: the reason, one line. */
export const START_REFUSED = "start-refused";

/** Written beside the fence when an attempt could not even be tried: the reason, one line. */
export const START_ERROR = "start-error";

/** The file in which the reason of this error stands. */
export function fileOf(error: unknown): string {
  if (error instanceof Refused) return START_REFUSED;
  return error instanceof Overtaken ? START_OVERTAKEN : START_ERROR;
}
