/** A map of limits in config.yaml. */
import * as z from "zod";

import { type Read, readLimits } from "./read.ts";

export const limits = z.unknown().transform((value, context): Extract<Read, { ok: true }> => {
  const read = readLimits(value);
  if (read.ok) return read;
  for (const problem of read.problems) context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});
