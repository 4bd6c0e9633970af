/** A duration as people write it in the settings; milliseconds inside. */
import * as z from "zod/mini";

import { parseDuration } from "@fleet/kit/duration";

/** A hundred years: what is longer is a slip, and a date so far away is none. */
const LONGEST = 36_500 * 86_400_000;

export const time = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((written, context) => {
    const millis = parseDuration(written);
    if (millis === undefined)
      context.issues.push({
        code: "custom",
        message: `not a duration: ${JSON.stringify(written)} (write 90s, 10m, 2h)`,
        input: written,
      });
    if (millis !== undefined && millis > LONGEST)
      context.issues.push({
        code: "custom",
        message: `${JSON.stringify(written)} is longer than 36500d`,
        input: written,
      });
    return millis ?? 0;
  }),
);
