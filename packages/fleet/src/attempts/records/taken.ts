/** The part of an attempt's work that is in the depot (workspaces/take-back.ts), in a file of the attempt. */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceInPlace } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import { FILES } from "./files.ts";

const schema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("taken"),
    depot: z.string(),
    /** The commit of its files. */
    snapshot: z.string(),
    /** The tip of the task's branch. */
    tip: z.optional(z.string()),
    /** Repositories inside. */
    nested: z.array(z.string()),
    /** The part that could not be kept, in words. */
    left: z.array(z.string()),
  }),
  /** Nothing of it is there. */
  z.object({ kind: z.literal("not-taken"), why: z.string() }),
]);
export type TakenRecord = z.infer<typeof schema>;

export const readTaken = (dir: string): TakenRecord | undefined => readJsonAs(join(dir, FILES.taken), schema);

export const writeTaken = (dir: string, taken: TakenRecord): void =>
  replaceInPlace(join(dir, FILES.taken), `${JSON.stringify(taken, undefined, 2)}\n`);
