/** A duration as people write it in the settings; milliseconds inside. */
import * as z from "zod";

import { parseDuration } from "@fleet/kit/duration";

/** A hundred years: what is longer is a slip, and a date so far away is none. */
const LONGEST = 36_500 * 86_400_000;

export const time = z.union([z.string(), z.number()]).transform((written, context) => {
  const millis = parseDuration(written);
  if (millis === undefined)
    context.addIssue({ code: "custom", message: `not a duration: ${JSON.stringify(written)} (write 90s, 10m, 2h)` });
  if (millis !== undefined && millis > LONGEST)
    context.addIssue({ code: "custom", message: `${JSON.stringify(written)} is longer than 36500d` });
  return millis ?? 0;
});
