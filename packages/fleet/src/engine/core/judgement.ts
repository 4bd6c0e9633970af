/**
 * Whether an attempt of which nothing lives is judged yet, and how: the verdict, whether it was tried at all or not, and what
 * of the machine it ended for the want of. Pure.
 */
import { type Shortage, shortageInText } from "@fleet/kit/shortage";

import type { NotStarted } from "../../attempts/records/not-started.ts";
import type { Outcome } from "../../attempts/records/outcome.ts";
import { type Evidence, judge } from "./judge.ts";
import { judgeNotStarted } from "./not-started.ts";

export interface Ended {
  readonly evidence: Evidence;
  /** Why it was not even started, where that is so. */
  readonly notStarted: NotStarted | undefined;
  /** The machine had no room for the processes that its start takes: its coder never ran. */
  readonly short: boolean;
}

export type Judgement =
  /** The signal that ended it may be ending others just now: whom it hit is not known yet. */
  | { readonly kind: "burst-open" }
  /** Something changed since its checks ran: the next look finds the one that is due. */
  | { readonly kind: "check-due" }
  /** `lacked`: whatever is started now would end for the want of the same. */
  | { readonly kind: "judged"; readonly outcome: Outcome; readonly lacked: Shortage | undefined };

export function judgement(ended: Ended): Judgement {
  const { burst, shown, stop } = ended.evidence;
  if (burst?.kind === "open") return { kind: "burst-open" };
  // An attempt that a person stopped is not checked any more.
  const isByPerson = stop?.kind === "killed" || stop?.kind === "by-hand";
  if (shown?.unfinished === true && !isByPerson) return { kind: "check-due" };
  return { kind: "judged", outcome: verdictOf(ended), lacked: lackedBy(ended) };
}

function verdictOf({ evidence, notStarted, short }: Ended): Outcome {
  if (short && (evidence.stop === undefined || evidence.stop.kind === "finished"))
    return { kind: "not-started", reason: "its wrapper could not fork", counts: false, becomes: "open" };
  if (evidence.end !== "fenced" || evidence.stop !== undefined || notStarted === undefined) return judge(evidence);
  return judgeNotStarted(notStarted);
}

/** Before it began, or at its work. */
function lackedBy({ evidence: { stop, classification }, short }: Ended): Shortage | undefined {
  if (short) return "processes";
  if (stop !== undefined || classification.kind !== "failed" || classification.cause !== "machine") return undefined;
  return shortageInText(classification.reason) ?? "processes";
}
