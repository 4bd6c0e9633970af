/** A duration as people write it in the settings; milliseconds inside. */
import * as z from "zod";

import { parseDuration } from "../duration.ts";

export const time = z.union([z.string(), z.number()]).transform((written, context) => {
  const millis = parseDuration(written);
  if (millis === undefined)
    context.addIssue({ code: "custom", message: `not a duration: ${JSON.stringify(written)} (write 90s, 10m, 2h)` });
  return millis ?? 0;
});
