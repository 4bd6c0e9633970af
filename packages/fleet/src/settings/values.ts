/** The kinds of values that settings have, as a person writes them and as the program uses them. */
import { parseSize } from "@fleet/kit/size";
import * as z from "zod/mini";

import { ISOLATIONS } from "./isolation.ts";
import { time } from "./time.ts";
import { WORK_BASES } from "./work-base.ts";

/** Upper bound against typos: an extra zero would start every task at once. */
export const count = z.int().check(z.minimum(1), z.maximum(1000));

/** Bytes inside. */
export const size = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((written, context) => {
    const bytes = parseSize(written);
    if (bytes === undefined)
      context.issues.push({
        code: "custom",
        message: `not a size: ${JSON.stringify(written)} (write 500MB, 20GB)`,
        input: written,
      });
    return bytes ?? 0;
  }),
);

/** An attempt that may run for no time is none. */
export const someTime = time.check(z.refine((value) => value > 0, { error: "must be longer than 0s" }));

/** Of a whole, 1 being all of it. */
export const share = z.number().check(z.gt(0), z.maximum(1));

export const text = z.string().check(z.minLength(1));

/** Commands for sh. */
export const commands = z.array(text);

/** The environment of a process. */
export const variables = z.record(z.string(), z.string());

/** Where attempts work. */
export const isolation = z.enum(ISOLATIONS);

/** Where the work in a clone begins. */
export const workBase = z.enum(WORK_BASES);
