/** Applies a person's settings of a coder, built in or declared: its own flags, a command in front of it, its model. Pure. */
import * as z from "zod/mini";
import type { Coder } from "./coder.ts";
import { filled, Word, Words } from "./template.ts";

/** Beside what a declared coder has to say. */
export const ADJUSTMENTS = {
  /** Its own flags, beside those that fleet gives it; one that sets what its agents may do replaces fleet's. */
  args: z._default(Words, []),
  /** The words of a command that starts the rest of its arguments: ["nice"], ["docker", "run", …]. */
  wrap: z._default(z.array(Word), []),
  /** The model of its tasks that name none. */
  model: z.optional(z.string().check(z.minLength(1))),
};

/** For a built-in coder. */
export const AdjustedCoder = z.strictObject(ADJUSTMENTS);
export type AdjustedCoder = z.output<typeof AdjustedCoder>;

export function adjusted(coder: Coder, { args, wrap }: Pick<AdjustedCoder, "args" | "wrap">): Coder {
  if (args.length === 0 && wrap.length === 0) return coder;
  return {
    ...coder,
    command: (request) => {
      const own = coder.command({ ...request, args: filled(args, request) });
      const [file, ...before] = filled(wrap, request);
      return file === undefined ? own : { ...own, file, args: [...before, own.file, ...own.args] };
    },
  };
}
