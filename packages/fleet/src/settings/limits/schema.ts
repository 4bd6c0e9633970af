/** A map of limits in config.yaml. */
import * as z from "zod/mini";

import { type Read, readLimits } from "./read.ts";

export const limits = z.pipe(
  z.unknown(),
  z.transform((value, context): Extract<Read, { ok: true }> => {
    const read = readLimits(value);
    if (read.ok) return read;
    for (const problem of read.problems) context.issues.push({ code: "custom", message: problem, input: value });
    return z.NEVER;
  }),
);
