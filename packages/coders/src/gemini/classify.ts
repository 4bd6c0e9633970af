import { type Cause, causeIn, causeOfStatus, isPassing, PROVIDERS, type Sentences } from "../cause.ts";
import type { Classification, CoderExit, Retrying } from "../coder.ts";
import type { Facts } from "../facts.ts";
import { classifyStream, failedBy } from "../verdict.ts";

/** Error texts of gemini (0.61.0) itself; the others are its API's. */
export const SENTENCES: Sentences = [
  // A quota that is counted per day; there is no time of reset.
  [/\bYou have exhausted your daily quota\b/, "window"],
  [/\bYou have exhausted your capacity on this model\b|\bquota will reset after\b/, "window"],
  [/per ?day/i, "window"],
  // A key without billing is told this of its requests per minute, too: only then with a time.
  [/\bexceeded your current quota\b.*\bPlease retry in \d/s, "minute"],
  [/"code": ?50[0234]\b/, "outage"],
  [/\bFailed to login\b/, "sign-in"],
  [/\bInvalid auth method selected\b|\bPlease set an Auth method\b|\bmust specify the GEMINI_API_KEY\b/i, "sign-in"],
  [/\bError resuming session\b|\bInvalid session identifier\b|\bNo previous sessions found\b/, "lost-session"],
  [/\bPERMISSION_DENIED\b|\bPlease re-?authenticate\b|\bAuthentication failed\b/i, "sign-in"],
  ...PROVIDERS,
];

/** Codes gemini gives by itself. */
const OWN: ReadonlyMap<number, Cause> = new Map([
  // "Invalid auth method selected."
  [41, "sign-in"],
  // The session that it was to resume.
  [42, "task"],
  // Turn limit of the settings.
  [53, "turns"],
]);

/** The HTTP statuses that say something, by the exit code that shows them: the status modulo 256 (429 → 173). */
const STATUSES: ReadonlyMap<number, number> = new Map(
  [401, 402, 403, 429, 500, 502, 503, 504].map((status) => [status % 256, status]),
);

/** Its stream says `"type":"unknown"` of every API error: where its words say nothing, the exit code is asked for the cause. */
export function classify(exit: CoderExit, facts: Facts, stderrTail: string): Classification {
  const verdict = classifyStream(exit, facts, stderrTail, SENTENCES);
  if (verdict.kind !== "failed" || verdict.cause !== "task" || exit.kind === "unseen") return verdict;
  return failedBy(OWN.get(exit.code) ?? causeOfStatus(STATUSES.get(exit.code)) ?? "task", facts, verdict.reason);
}

const ATTEMPT = /^Attempt \d+ failed(?: with status (\d{3})| with (429|5xx) error|: |\.)(.*)/;

/** "Attempt 3 failed with status 429. Retrying with backoff…": told on standard error alone, with more of the error below it. */
export function retriesFor(stderrTail: string): Retrying | undefined {
  const lines = stderrTail.split("\n");
  const at = lines.findLastIndex((line) => ATTEMPT.test(line));
  const line = lines[at];
  const [, status, kind, more = ""] = (line === undefined ? null : ATTEMPT.exec(line)) ?? [];
  if (line === undefined || !/\bRetrying\b/.test(line)) return undefined;
  const named = kind === "5xx" ? 500 : Number(status ?? kind);
  const cause = causeOfStatus(Number.isNaN(named) ? undefined : named) ?? causeIn(SENTENCES, more) ?? "outage";
  return isPassing(cause) ? { cause, detail: line.trim() } : undefined;
}
