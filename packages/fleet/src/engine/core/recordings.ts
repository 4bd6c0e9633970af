/** The findings of a tick that are to be written down: each is an action, before all others. Pure. */
import { verdictKey } from "./liveness.ts";
import type { AttemptView, World } from "./world.ts";
import type { Action, Recording, Step } from "./action.ts";

export function recordings({
  findings = [],
  upkeep = [],
  attempts,
}: Pick<World, "findings" | "upkeep" | "attempts">): Recording[] {
  return [...findings, ...upkeep, ...attempts.flatMap(ofAttempt)];
}

function ofAttempt(attempt: AttemptView): Recording[] {
  const { phase, unwritten = false, toldUse = false, away } = attempt;
  const actions: Recording[] = [];
  if (unwritten) actions.push({ kind: "keep-events", attempt });
  if (away !== undefined) actions.push({ kind: "keep-away", attempt, away });
  if (toldUse) actions.push({ kind: "keep-use", attempt });
  if (phase.kind === "running" && phase.unkept !== undefined)
    actions.push({ kind: "keep-work", attempt, spans: phase.unkept });
  if (phase.kind === "running" && phase.liveness !== undefined && phase.shown !== verdictKey(phase.liveness))
    actions.push({ kind: "show-life", attempt, verdict: phase.liveness });
  return actions;
}

const KINDS: Readonly<Record<Action["kind"], "recording" | "step">> = {
  note: "recording",
  trouble: "recording",
  "put-aside": "recording",
  "make-directory": "recording",
  "bound-trace": "recording",
  seal: "recording",
  "show-sources": "recording",
  "show-landings": "recording",
  park: "recording",
  "tell-accounts": "recording",
  "keep-spent": "recording",
  tidy: "recording",
  "keep-events": "recording",
  "keep-use": "recording",
  "keep-away": "recording",
  "keep-work": "recording",
  "show-life": "recording",
  claim: "step",
  land: "step",
  start: "step",
  fence: "step",
  stop: "step",
  warn: "step",
  signal: "step",
  sweep: "step",
  prove: "step",
  outcome: "step",
  settle: "step",
  exit: "step",
};

export const isStep = (action: Action): action is Step => KINDS[action.kind] === "step";
