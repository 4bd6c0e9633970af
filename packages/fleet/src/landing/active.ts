/** The move that a lander is about to make or was making, in a file beside the landing tree: what a killed one left is known by it. */
import * as z from "zod/mini";

import { removeFile, replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import { landingDir } from "../workspaces/paths.ts";
import type { Move } from "./move.ts";

const schema = z.object({
  source: z.object({ top: z.string(), commonDir: z.string() }),
  target: z.string(),
  from: z.string(),
  to: z.string(),
  task: z.string(),
  lfsFrom: z._default(z.array(z.string()), []),
});

const pathOf = (home: string, commonDir: string): string => `${landingDir(home, commonDir)}.json`;

export const readActive = (home: string, commonDir: string): Move | undefined =>
  readJsonAs(pathOf(home, commonDir), schema);

export const writeActive = (home: string, move: Move): void =>
  replaceFile(pathOf(home, move.source.commonDir), `${JSON.stringify(move, undefined, 2)}\n`);

export const dropActive = (home: string, commonDir: string): void => removeFile(pathOf(home, commonDir));
