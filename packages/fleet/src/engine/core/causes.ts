/** The consequences of the cause of a bad end: the outcome, and what the account waits for. Pure. */
import type { Cause } from "@fleet/coders/cause";

import type { OutcomeKind, Parks } from "../../attempts/records/outcome.ts";

interface Follows {
  readonly outcome: OutcomeKind;
  /** Why its account waits; absent: it does not. */
  readonly parks?: Parks;
}

export const CAUSED: Readonly<Record<Cause, Follows>> = {
  window: { outcome: "rate-limited", parks: "window" },
  minute: { outcome: "rate-limited", parks: "minute" },
  outage: { outcome: "outage", parks: "outage" },
  "sign-in": { outcome: "auth", parks: "auth" },
  credit: { outcome: "no-credit", parks: "credit" },
  "on-hold": { outcome: "no-credit", parks: "on-hold" },
  context: { outcome: "context-full" },
  "lost-session": { outcome: "session-lost" },
  "poisoned-session": { outcome: "session-poisoned" },
  budget: { outcome: "over-budget" },
  turns: { outcome: "over-budget" },
  machine: { outcome: "interrupted" },
  task: { outcome: "failed" },
};
