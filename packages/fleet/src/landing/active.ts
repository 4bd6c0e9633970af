/**
 * The move that a lander is making, noted in a file beside the landing tree: after a kill it tells the next lander what was under way.
 */
import * as z from "zod/mini";

import { removeFile, replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import type { Move } from "./move.ts";

const schema = z.object({
  source: z.object({ top: z.string(), commonDir: z.string() }),
  target: z.string(),
  from: z.string(),
  to: z.string(),
  task: z.string(),
  remote: z.optional(z.object({ url: z.string(), name: z.optional(z.string()) })),
});

/** `dir`: the landing tree. */
const pathOf = (dir: string): string => `${dir}.json`;

export const readActive = (dir: string): Move | undefined => readJsonAs(pathOf(dir), schema);

export const writeActive = (dir: string, move: Move): void =>
  replaceFile(pathOf(dir), `${JSON.stringify(move, undefined, 2)}\n`);

export const dropActive = (dir: string): void => removeFile(pathOf(dir));
