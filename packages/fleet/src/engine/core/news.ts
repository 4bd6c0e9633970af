/** What of the journal may be worth a call to a person. Whether it is, the state of its task says when the call is made. */
import { LIVENESS_KINDS } from "../../attempts/records/liveness.ts";
import { OUTCOMES } from "../../attempts/records/outcome.ts";
import type { JournalEvent } from "./journal-event.ts";

/** An attempt has ended: with it all may be done. */
export const ENDINGS: ReadonlySet<string> = new Set(OUTCOMES);

/** Of those that a person may want to know even though their task is tried again by itself. */
export const FAILURES: ReadonlySet<string> = new Set([
  "claimed-done-unproven",
  "failed",
  "hung",
  "lost",
  "out-of-scope",
  "over-budget",
  "session-poisoned",
  "spawn-failed",
  "stalled",
  "timed-out",
] satisfies JournalEvent[]);

/** After which a task may wait for a person. */
export const TURNS: ReadonlySet<string> = new Set([
  ...OUTCOMES,
  ...LIVENESS_KINDS.filter((kind) => kind === "waiting"),
  "land",
  "pull",
] satisfies JournalEvent[]);

/** Something gets nothing new. */
export const HOLDS: ReadonlySet<string> = new Set(["hold", "park"] satisfies JournalEvent[]);

export const NEWS: ReadonlySet<string> = new Set([...ENDINGS, ...FAILURES, ...TURNS, ...HOLDS, "limit"]);
