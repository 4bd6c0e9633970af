/**
 * A record that is none of ours (a FIFO, a link, a gigabyte in its place) holds nothing that was meant, and would keep its
 * attempt from being watched, stopped and judged: it is put aside, and who looks next finds no record there.
 */
import { DiskError } from "@fleet/kit/errors";
import { setAside } from "@fleet/kit/files";
import { MIB } from "@fleet/kit/read";

import { taskDir } from "../../../attempts/records/paths.ts";
import type { Context } from "../loop/context.ts";
import { describe, type Troubles } from "../state/troubles.ts";

/** Bytes: what is read of a record. A listing may have more, and can be read then. */
const MOST_OF_A_RECORD = MIB;

/** The record of the task, or of one of its attempts, that can't be read, by what came of trying; undefined where it is no such. */
export function strangeRecord(home: string, task: string, error: unknown): string | undefined {
  if (!(error instanceof DiskError) || error.where === undefined) return undefined;
  return error.where.startsWith(`${taskDir(home, task)}/`) ? error.where : undefined;
}

/** After reading a record failed with `error`; false where no such thing stands in its place, or where it can't be moved. */
export function setRecordAside(
  { home, journal }: Pick<Context, "home" | "journal">,
  task: string,
  error: unknown,
): boolean {
  const path = strangeRecord(home, task, error);
  if (path === undefined) return false;
  try {
    if (!setAside(path, MOST_OF_A_RECORD)) return false;
  } catch (refused) {
    // An agent can cause that. The caller reports its own error.
    if (refused instanceof DiskError) return false;
    throw refused;
  }
  journal.write("trouble", asideText(path), { task });
  return true;
}

const asideText = (path: string): string => `moved aside what was at ${path}`;

/** `most`: what is larger is none of ours; -1: nothing of that name is. */
export function putAside(
  { journal }: Pick<Context, "journal">,
  troubles: Troubles,
  task: string,
  path: string,
  most = MOST_OF_A_RECORD,
): void {
  try {
    if (setAside(path, most)) journal.write("trouble", asideText(path), { task });
    troubles.say(`put aside ${task}`, undefined);
  } catch (refused) {
    troubles.say(`put aside ${task}`, `${path} can't be put aside: ${describe(refused)}`);
  }
}
