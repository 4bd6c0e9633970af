import type { Classification, CoderExit } from "../coder.ts";
import type { ResultCause } from "../events.ts";
import type { Facts } from "../facts.ts";
import { causeOfStatus, classifyCause, classifyStream } from "../verdict.ts";

/** Codes gemini gives by itself. */
const OWN: ReadonlyMap<number, ResultCause> = new Map([
  // "Invalid auth method selected."
  [41, "auth"],
  // Turn limit of the settings.
  [53, "turns"],
]);

/** The HTTP statuses that say something, by the exit code that shows them: the status modulo 256 (429 → 173). */
const STATUSES: ReadonlyMap<number, number> = new Map(
  [401, 402, 403, 429, 503].map((status) => [status % 256, status]),
);

/** Its stream says `"type":"unknown"` of every API error, so the exit code is asked for the cause. */
export function classify(exit: CoderExit, facts: Facts, stderrTail: string): Classification {
  const verdict = classifyStream(exit, facts, stderrTail);
  if (verdict.kind !== "failed" || exit.kind === "unseen") return verdict;
  const cause = OWN.get(exit.code) ?? causeOfStatus(STATUSES.get(exit.code));
  return classifyCause(cause, facts, verdict.reason);
}
