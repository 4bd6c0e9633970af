/** What the supervisor may do in a turn, from what was said and what can be seen. Pure. */
import type { Mode } from "./world.ts";

interface Sees {
  /** What of the home's state can't be read, a line each: it may say that nothing is to be claimed. */
  readonly unreadable: readonly string[];
  /** Why the process table can't be read; undefined where it can. */
  readonly blind: string | undefined;
}

/** What holds back more than these two, such as a stop, stays as it was said. */
export function modeNow(said: Mode, { unreadable, blind }: Sees): Mode {
  if (said.kind !== "running") return said;
  if (unreadable.length > 0) return { kind: "unreadable", why: unreadable.join("; ") };
  return blind === undefined ? said : { kind: "blind", why: blind };
}
