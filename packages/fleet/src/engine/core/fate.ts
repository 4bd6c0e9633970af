/** The next state of a task whose attempt has ended: from the table, the verdict and the task's history. Pure. */
import type { Disposition } from "@fleet/store/ops/settle";

import type { Outcome } from "../../attempts/records/outcome.ts";
import type { Config } from "../../settings/schema.ts";
import { backoff, HANDS_OFF } from "./backoff.ts";
import { holdOf } from "./consequences.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { type Past, SAME_IN_A_ROW, sameInARow, UNCOUNTED_IN_A_ROW, uncountedInARow } from "./repeats.ts";

export interface History {
  /** Counted tries before this attempt. */
  readonly tries: number;
  /** How its attempts ended, this one last; undefined for one that nobody judged, or whose record is gone. */
  readonly outcomes: readonly (Past | undefined)[];
}

export interface Fate {
  readonly disposition: Disposition;
  readonly reason: string;
}

export interface Chance {
  readonly config: Pick<Config, "max_attempts" | "retry_backoff" | "retry_backoff_max">;
  readonly wall: number;
  /** Its work is to be on its target before the task closes. */
  readonly lands?: boolean;
  /** A person is to see its work before that. */
  readonly isReviewed?: boolean;
  /** In [0, 1), for jitter. */
  readonly random: number;
}

export function fate(table: Lifecycle, outcome: Outcome, history: History, chance: Chance): Fate {
  const { reason } = outcome;
  const { config, wall, random } = chance;
  const from = (millis: number): Fate => ({
    disposition: { kind: "retry", notBefore: new Date(millis).toISOString() },
    reason,
  });
  const now: Fate = { disposition: { kind: "retry", notBefore: undefined }, reason };
  switch (outcome.becomes) {
    case "closed":
      if (chance.isReviewed === true) return { disposition: { kind: "review", reason }, reason };
      return { disposition: { kind: chance.lands === true ? "land" : "close", reason }, reason };
    case "blocked":
      return block(reason);
    case "asked":
      return { disposition: { kind: "ask" }, reason };
    case "keep":
      return now;
    case "set-aside": {
      // A hand that does the same again and again is more likely an agent's that nobody knows for one than a person's.
      const blocked = tooOften(outcome, history);
      return blocked === undefined ? from(wall + HANDS_OFF) : block(blocked);
    }
    case "open": {
      const blocked = exhausted(table, outcome, history, config.max_attempts);
      if (blocked !== undefined) return block(blocked);
      if (table[outcome.kind].pause === "one-pause") return from(wall + backoff(config, 1, random));
      // A limit holds the account, not this task: the task is ready again at once.
      return outcome.counts ? from(wall + backoff(config, history.tries + 1, random)) : now;
    }
  }
}

const block = (reason: string): Fate => ({ disposition: { kind: "block" }, reason });

/** Outcomes that use up no tries are bounded, too. Putting the task back resets the count. */
function tooOften({ kind, reason }: Outcome, { outcomes }: History): string | undefined {
  const again = uncountedInARow(outcomes);
  if (again === 0 || again % UNCOUNTED_IN_A_ROW > 0) return undefined;
  return `${kind} ${again} times in a row, none of which counts as a try; the last: ${reason}`;
}

/** Why a person has to look although the outcome alone would have it tried again; undefined where nothing speaks against that. */
function exhausted(table: Lifecycle, outcome: Outcome, history: History, most: number): string | undefined {
  const { kind, reason } = outcome;
  const { pause } = table[kind];
  const held = holdOf(table, outcome);
  // The start failed for an external reason: pause, so that it can't loop. Of a setup the breaker sees to that.
  const isPaused = held !== "setup" && (pause === "one-pause" || pause === "at-once");
  const often = isPaused ? tooOften(outcome, history) : undefined;
  if (often !== undefined) return often;
  if (!outcome.counts || pause === "one-pause") return undefined;
  const tries = history.tries + 1;
  if (tries >= most) return `${kind} ${tries} time${tries === 1 ? "" : "s"}, the last: ${reason}`;
  // Tries that `fleet retry` forgave are not held against it, nor what a breaker waits out.
  const same = held === "coder" || held === "directory" ? 0 : Math.min(tries, sameInARow(history.outcomes));
  return same >= SAME_IN_A_ROW ? `${kind} the same way ${same} times in a row: ${reason}` : undefined;
}
