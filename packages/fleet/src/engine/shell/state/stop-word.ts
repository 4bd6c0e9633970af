/**
 * The word that `fleet run stop` leaves in the home before its signal: `.git/fleet/stop.json`. A SIGTERM says nothing of who
 * sent it (an agent's `pkill`, a script), so only this file stops a supervisor. It names the supervisor that it is for: one
 * that was left over stops no later one. Its bytes are there, blank, before anybody writes it: a supervisor can be stopped on
 * a disk that is full.
 */
import * as z from "zod/mini";

import { createExclusive, removeFile } from "@fleet/kit/files";
import { overwrite } from "@fleet/kit/in-place";
import { refusedByMachine } from "@fleet/kit/shortage";

import type { LeaderRecord } from "./leader.ts";
import { readState, statePath } from "./state-file.ts";

const schema = z.object({
  /** The supervisor's identity and start, as in its record. */
  process: z.string(),
  since: z.string(),
  /** How often it was asked: the second time it does not wait for running attempts. */
  times: z.number(),
  by: z.string(),
});
type Word = z.infer<typeof schema>;

type Supervisor = Pick<LeaderRecord, "process" | "since">;

const path = (home: string): string => statePath(home, "stop.json");

function wordFor(home: string, { process, since }: Supervisor): Word | undefined {
  const state = readState(path(home), (value) => z.safeParse(schema, value));
  if (state.kind !== "known") return undefined;
  return state.value.process === process && state.value.since === since ? state.value : undefined;
}

/** More than a word takes. */
const ROOM = 4096;

/** When a supervisor begins. */
export const reserveStopWord = (home: string): boolean =>
  createExclusive(path(home), `${" ".repeat(ROOM - 1)}\n`, { parents: false });

/** Before the signal, which only wakes it. */
export function askToStop(home: string, supervisor: Supervisor, by: string): void {
  const { process, since } = supervisor;
  const times = (wordFor(home, supervisor)?.times ?? 0) + 1;
  overwrite(path(home), JSON.stringify({ process, since, times, by } satisfies Word), ROOM);
}

/** Who asked this supervisor to stop, and how often; undefined if nobody did. If the machine is short of something, the next tick reads it. */
export function stopAsked(home: string, supervisor: Supervisor): Pick<Word, "times" | "by"> | undefined {
  try {
    return wordFor(home, supervisor);
  } catch (error) {
    if (refusedByMachine(error) === undefined) throw error;
    return undefined;
  }
}

/** With the end of the supervisor it was for. */
export const removeStopWord = (home: string): void => removeFile(path(home));
