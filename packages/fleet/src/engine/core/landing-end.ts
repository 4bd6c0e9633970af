/** The next state of a task, by how its landing ended. Pure. */
import { someOf } from "@fleet/kit/text";
import type { LandingRound } from "@fleet/store/record-shapes";
import type { LandBackTo } from "@fleet/store/ops/land-back";

import type { LandEnd } from "../../landing/land.ts";
import type { LandingHold } from "./landing.ts";

export type LandingFate =
  /** Its target has it: the task closes. */
  | { readonly kind: "landed"; readonly commit: string; readonly isNew: boolean }
  /** It goes back; no try is counted. */
  | { readonly kind: "back"; readonly to: LandBackTo; readonly reason: string }
  /** It is not what was approved, so that a person is to see it again. */
  | { readonly kind: "void"; readonly by: string; readonly change: string }
  /** It waits as it is. */
  | ({ readonly kind: "held" } & LandingHold);

interface About {
  readonly task: string;
  readonly target: string;
  /** The uuid of the attempt whose work was to land. */
  readonly attempt: string;
  /** How often it went back before. */
  readonly before: LandingRound | undefined;
  /** How often it may. */
  readonly most: number;
}

export function fateOfLanding(end: LandEnd, about: About): LandingFate {
  switch (end.kind) {
    case "landed":
      return { kind: "landed", commit: end.commit, isNew: !end.wasThere };
    case "conflict":
      return back(`conflicts with ${about.target} in ${someOf(end.files, NAMED)}`, end.tip, about);
    case "red":
      return back(`on ${about.target} the check \`${end.command}\` fails (${end.how})`, end.tip, about);
    case "nothing-new":
      return {
        kind: "back",
        to: { kind: "ask", isThere: true },
        reason: `${about.target} has the same files without it: it is there already, or was taken back there`,
      };
    case "taken-off":
      return {
        kind: "back",
        to: { kind: "ask", isThere: false },
        reason: `it was on ${about.target} as ${end.commit}, and was taken off there: approved, it lands again`,
      };
    case "stray":
      return {
        kind: "held",
        why: `it has repositories in it that are no submodules, and only a link to each would land: ${someOf(end.paths, NAMED)}`,
        mend: null,
        person: true,
        holds: "task",
      };
    case "withdrawn":
    case "wait":
      return { kind: "held", why: end.why, mend: end.mend ?? null, person: false, holds: "task" };
    case "refused":
      return { kind: "held", why: end.why, mend: `fleet land ${about.task}`, person: true, holds: "target" };
  }
}

const NAMED = 5;

function back(what: string, tip: string, { attempt, before, most }: About): LandingFate {
  const round = roundAfter(before, { tip, attempt });
  return round.n > most
    ? { kind: "back", to: { kind: "block", round }, reason: `${what}, after ${most} rounds` }
    : { kind: "back", to: { kind: "retry", round }, reason: `${what} (round ${round.n} of ${most})` };
}

/** The same work on the same target is the same round, however often somebody looks. */
export function roundAfter(
  before: LandingRound | undefined,
  { tip, attempt }: Pick<LandingRound, "tip" | "attempt">,
): LandingRound {
  if (before !== undefined && before.tip === tip && before.attempt === attempt) return before;
  return { n: (before?.n ?? 0) + 1, tip, attempt };
}
