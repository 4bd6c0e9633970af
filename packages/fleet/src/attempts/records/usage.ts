/** The usage of an attempt, as its coder reported it. */
import * as z from "zod/mini";

export const usage = z.object({
  input: z.number(),
  output: z.number(),
  cost_usd: z.optional(z.number()),
  turns: z.optional(z.number()),
  context: z.optional(z.number()),
  window: z.optional(z.number()),
});
