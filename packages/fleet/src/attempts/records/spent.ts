/** Spending: in records, in the ledger, against a limit. */
import * as z from "zod/mini";

export const spent = z.object({ tokens: z.number(), usd: z.number() });
export type Spent = z.infer<typeof spent>;
