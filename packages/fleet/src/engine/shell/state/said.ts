/**
 * What was said of the whole fleet and holds over a restart: whether it is paused, and what is held back. Each file is read
 * once, whoever asks for how much of it.
 */
import type { Breakers } from "../../core/breaker.ts";
import { breakersSaid, breakersState, breakersTrouble } from "./breaker-file.ts";
import { modeIn, type ModeRecord, modeState, modeTrouble } from "./mode-file.ts";

export interface Said {
  readonly mode: ModeRecord["mode"];
  readonly breakers: Breakers;
  /**
   * What of it can't be read, one line each with the command that fixes it: while there is any nothing is claimed, and what
   * runs continues.
   */
  readonly unreadable: readonly string[];
}

export function readSaid(home: string): Said {
  const [mode, breakers] = [modeState(home), breakersState(home)];
  return {
    mode: modeIn(mode),
    breakers: breakersSaid(breakers),
    unreadable: [modeTrouble(mode), breakersTrouble(breakers)].filter((trouble) => trouble !== undefined),
  };
}
