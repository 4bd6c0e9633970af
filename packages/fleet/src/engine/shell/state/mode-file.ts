/** Whether the fleet is paused or draining: a file in the home, so that it outlives the supervisor. */
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { localTimes } from "@fleet/kit/when";
import { readState, type State, statePath } from "./state-file.ts";

const schema = z.object({ mode: z.enum(["running", "paused", "draining"]), since: z.string(), by: z.string() });
export type ModeRecord = z.infer<typeof schema>;

const path = (home: string): string => statePath(home, "mode.json");
export const modeState = (home: string): State<ModeRecord> =>
  readState(path(home), (value) => z.safeParse(schema, value));

/** Running if never set; paused if the file can't be read. */
export function modeIn(state: State<ModeRecord>): ModeRecord["mode"] {
  switch (state.kind) {
    case "none":
      return "running";
    case "known":
      return state.value.mode;
    case "unreadable":
      return "paused";
  }
}

export const readMode = (home: string): ModeRecord["mode"] => modeIn(modeState(home));

/** Why nothing new is claimed, and what continues; undefined where the fleet simply runs. */
export function modeText(home: string, now: number): string | undefined {
  const state = modeState(home);
  if (state.kind === "unreadable") return modeTrouble(state);
  if (state.kind === "none" || state.value.mode === "running") return undefined;
  const { mode, since, by } = state.value;
  return `${mode === "paused" ? "Paused" : "Draining"} since ${localTimes(since, now)} by ${by}: nothing new is claimed. Resume with: fleet resume`;
}

export function modeTrouble(state: State<ModeRecord>): string | undefined {
  return state.kind === "unreadable" ? `${state.why}, so nothing is claimed: fleet resume, or fleet pause` : undefined;
}

export function writeMode(home: string, record: ModeRecord): void {
  replaceFile(path(home), `${JSON.stringify(record)}\n`);
}
