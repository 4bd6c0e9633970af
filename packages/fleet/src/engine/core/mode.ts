/** What the supervisor may do in a tick, by its orders and its observations. Pure. */
import type { Mode } from "./world.ts";

interface Sees {
  /** Unreadable files of the home's state, one line each: they may say that nothing is to be claimed. */
  readonly unreadable: readonly string[];
  /** Why the process table can't be read; undefined where it can. */
  readonly blind: string | undefined;
}

/** A stronger mode, such as a stop, stays as ordered. */
export function modeNow(said: Mode, { unreadable, blind }: Sees): Mode {
  if (said.kind !== "running") return said;
  if (unreadable.length > 0) return { kind: "unreadable", why: unreadable.join("; ") };
  return blind === undefined ? said : { kind: "blind", why: blind };
}
