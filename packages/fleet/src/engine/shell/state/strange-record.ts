/**
 * A record that is none of ours (a FIFO, a link, a gigabyte in its place) holds nothing that was meant, and would keep its
 * attempt from being watched, stopped and judged: it is put aside, and who looks next finds no record there.
 */
import { DiskError } from "@fleet/kit/errors";
import { setAside } from "@fleet/kit/files";
import { MIB } from "@fleet/kit/read";

import { attemptsDir } from "../../../attempts/records/paths.ts";
import type { Context } from "../loop/context.ts";
import { describe, type Troubles } from "./troubles.ts";

/** Bytes: what is read of a record. A listing may have more, and can be read then. */
const MOST_OF_A_RECORD = MIB;

/** `error`: what came of looking at the task's attempt, or of doing something about it. */
export function putAsideStrange({ home, journal }: Context, troubles: Troubles, task: string, error: unknown): void {
  if (!(error instanceof DiskError) || error.where === undefined) return;
  const { where } = error;
  if (!where.startsWith(`${attemptsDir(home, task)}/`)) return;
  try {
    if (setAside(where, MOST_OF_A_RECORD))
      journal.write("trouble", `put aside what stood in the place of ${where}`, task);
    troubles.say(`put aside ${task}`, undefined);
  } catch (refused) {
    troubles.say(`put aside ${task}`, `${where} can't be put aside: ${describe(refused)}`);
  }
}
