/**
 * The verdict on an attempt: pure, from what is on disk when nothing of it lives. A completion claim already recorded
 * outranks a later timeout or stop; a stop outranks the exit it caused; the coder's own classification comes last.
 */
import type { Cause } from "@fleet/coders/cause";
import type { Capabilities, Classification, Retrying } from "@fleet/coders/coder";
import type { Facts } from "@fleet/coders/facts";

import { clip, oneLine, someOf } from "@fleet/kit/text";
import { type Burst, burstWords } from "./bursts.ts";
import type { Shown } from "../../attempts/evidence/shown.ts";
import type { Worked } from "../../attempts/evidence/tools.ts";
import type { Outcome, OutcomeKind } from "../../attempts/records/outcome.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import type { EvidenceLevel } from "../../settings/evidence.ts";
import { type Answer, answer, type AnswerFacts } from "./answer.ts";
import { CAUSED } from "./causes.ts";
import { isTimeUp, stopped } from "./stopped.ts";
import { verdict } from "./verdict.ts";

export interface Evidence {
  /** How the process side of it ended. */
  readonly end: "fenced" | "exited" | "unseen";
  readonly stop: StopReason | undefined;
  /** As the wrapper saw it; undefined if it did not. */
  readonly exitCode?: number | undefined;
  /** The cause of its last retry, if only its standard error tells. */
  readonly limited?: Retrying | undefined;
  /** The coder's classification of exit and stream. */
  readonly classification: Classification;
  readonly facts: Facts;
  readonly capabilities: Capabilities;
  /** The reason given with a `bd close` from inside, while this attempt held the claim. */
  readonly completion: string | undefined;
  /** With that close it says that nothing has to change. */
  readonly noChange?: boolean | undefined;
  /** The store still names this attempt. */
  readonly held: boolean;
  /** The task's status in the store. */
  readonly status: string | undefined;
  /** The agent's notes, when it blocked the task itself. */
  readonly notes: string | undefined;
  /** The question with which it blocked the task. */
  readonly question?: string | undefined;
  /** Whom else the signal hit that ended it from outside; undefined where it was not asked. */
  readonly burst?: Burst | undefined;
  /** Where it ran, in words, if a person said that this place is gone for good before anybody saw it end. */
  readonly placeGone?: string | undefined;
  /** The system ended something of it because memory had run out. */
  readonly outOfMemory?: boolean;
  /** How much has to stand behind its word that it is done; absent: `activity`. */
  readonly level?: EvidenceLevel | undefined;
  /** The evidence from directory and checks; absent if the task has no requirements and nothing was looked at. */
  readonly shown?: Shown;
}

const NOTHING: Shown = { passed: [], failed: [], unfinished: false, unmet: [], outside: [] };

/** The answer to its completion claim; `how` it ended, if it did not close the task. */
export function answerTo(e: Evidence): Answer {
  const { facts, capabilities, completion, shown = NOTHING, level = "activity" } = e;
  const isScript = capabilities.exitZero === "done";
  const how = e.stop === undefined && e.exitCode === 0 ? "exit 0" : goodResult(e);
  return answer({
    level,
    said: saidBy(e, how),
    empty: !isScript && completion === undefined && facts.toolsFinished === 0 && saidNothing(facts),
    worked: workedOf(e),
    changed: shown.changed,
    unseen: shown.unclear?.find(({ kind }) => kind === "changed")?.line ?? shown.unseen,
    shared: shown.shared ?? false,
    unclear: unclearIn(shown, isScript),
    passedOver: shown.passedOver ?? [],
    elsewhere: shown.elsewhere ?? [],
    amiss: [...leftRunning(facts), ...shown.unmet, ...shown.failed],
    passed: shown.passed,
    proved: shown.proved ?? false,
    answered: shown.answered ?? false,
    expected: shown.expected ?? false,
  });
}

function saidBy({ capabilities, completion, noChange }: Evidence, how: string): AnswerFacts["said"] {
  if (completion !== undefined && noChange === true) return { kind: "no-change", reason: completion };
  if (capabilities.exitZero === "done") return { kind: "script", how: completion ?? how };
  return completion === undefined ? { kind: "ended", how } : { kind: "closed", reason: completion };
}

function leftRunning({ background }: Facts): string[] {
  if (background === 0) return [];
  return [`it left ${background} background task${background === 1 ? "" : "s"} running, ended with it`];
}

/** If its events were not read again, all that it ran counts. */
function workedOf({ facts, capabilities, shown }: Evidence): Worked {
  if (!capabilities.reportsTools) return "unknown";
  if (shown?.worked !== undefined) return shown.worked;
  if (facts.toolsOk === 0) return facts.toolsFinished === 0 ? "none" : "failed";
  return facts.toolsOk === facts.toolsUntold ? "untold" : "some";
}

/** Findings that speak neither for nor against the work. A script edits what it was written to edit, tests too. */
const unclearIn = ({ unclear = [] }: Shown, isScript: boolean): string[] =>
  unclear.flatMap(({ kind, line }) => (kind === "changed" || (kind === "tests" && isScript) ? [] : [line]));

/** A coder that only prints text has no events: then its plain lines are its answer. */
const saidNothing = (facts: Facts): boolean =>
  facts.lastText.trim() === "" && (facts.result?.text ?? "").trim() === "" && facts.unrecognised === 0;

/** It says that the work is done: by closing the task from inside, or by ending well. Only then are its checks run. */
export function claimsDone(e: Evidence): boolean {
  if (e.end === "fenced" || !e.held) return false;
  if (e.completion !== undefined) return true;
  if (isCutOff(e)) return false;
  if (e.status === "blocked" || e.end === "unseen" || (e.stop !== undefined && e.stop.kind !== "finished"))
    return false;
  return e.classification.kind === "completed" && e.facts.question === undefined;
}

/**
 * The verdict. A claim with something changed that was not to be goes back; an attempt that came to no claim continues as its end says,
 * and is told. What is protected is for a person to put back, whatever the end. A person's word outweighs it all.
 */
export function judge(e: Evidence): Outcome {
  const outcome = verdictOn(e);
  const { outside, damaged = [] } = e.shown ?? NOTHING;
  const all = [...outside, ...damaged];
  if (all.length === 0 || !["closed", "open", "asked"].includes(outcome.becomes)) return outcome;
  if (e.stop?.kind === "killed" || e.stop?.kind === "by-hand") return outcome;
  const { until, parks, reason, kind } = outcome;
  const changed = `changed files that it must not change: ${someOf(all, NAMED)}`;
  if (damaged.length > 0) return verdict("out-of-scope", changed, { becomes: "blocked", until, parks });
  return CLAIMED.has(kind) ? verdict("out-of-scope", changed) : { ...outcome, reason: `${reason}; it ${changed}` };
}

/** How one ends that says it is done. */
const CLAIMED: ReadonlySet<OutcomeKind> = new Set(["done", "asked", "claimed-done-unproven"]);

const NAMED = 5;

function verdictOn(e: Evidence): Outcome {
  if (e.end === "fenced") {
    // Stopped before it began: the person who stopped it decides what becomes of the task.
    if (e.stop !== undefined && e.stop.kind !== "finished") return stopped(e.stop);
    return verdict("not-started", "its process never started");
  }
  if (e.completion !== undefined) {
    // A person stopped it while its claim was being checked.
    if (e.shown?.unfinished === true && e.stop !== undefined && e.stop.kind !== "finished") return stopped(e.stop);
    return claimed(e);
  }
  if (e.held && e.status === "blocked" && e.stop?.kind === "killed") return stopped(e.stop);
  if (e.held && e.status === "blocked")
    return e.question === undefined
      ? verdict("blocked", lastLine(e.notes) ?? "blocked by the agent")
      : verdict("question", e.question);
  if (e.stop !== undefined && e.stop.kind !== "finished")
    return (isTimeUp(e.stop) ? onlyRetried(e) : undefined) ?? stopped(e.stop);
  if (!e.held) return verdict("killed", "the task was taken from it by hand", { becomes: "keep" });
  if (isCutOff(e)) return verdict("interrupted", `fleet stopped it in the middle of a tool (${openTool(e.facts)})`);
  if (e.burst?.kind === "burst") return verdict("interrupted", burstWords(e.burst));
  if (e.outOfMemory === true && e.classification.kind === "failed")
    return verdict("interrupted", "the system had no memory left and ended it (SIGKILL)");
  // The sweep has ended its leftover processes there.
  if (e.placeGone !== undefined && e.stop === undefined && (e.end === "unseen" || e.classification.kind === "failed"))
    return verdict("interrupted", `it ran on ${e.placeGone}, which a person said is gone for good`);
  if (e.end === "unseen" && e.stop === undefined) return verdict("lost", "its process was gone without an exit status");
  return ended(e);
}

/** Whether it matters that a signal ended it: nothing else says how. */
export const mayBeHit = (e: Evidence): boolean =>
  e.held &&
  e.completion === undefined &&
  e.stop === undefined &&
  e.status !== "blocked" &&
  (e.end === "unseen" || (e.end === "exited" && e.classification.kind === "failed"));

/** Stopped as finished while a tool was open: what it would have done is not known, and its exit says nothing. */
const isCutOff = ({ stop, facts }: Evidence): boolean => stop?.kind === "finished" && facts.toolsOpen.length > 0;

const openTool = ({ toolsOpen: [first] }: Facts): string => first?.summary || first?.tool || "";

function ended(e: Evidence): Outcome {
  const c = e.classification;
  switch (c.kind) {
    case "completed":
      return e.facts.question === undefined ? claimed(e) : verdict("question", e.facts.question);
    case "spawn-failed":
      return verdict(c.kind, c.reason);
    case "failed":
      return blamed(c.cause, c.reason, c.until, e.facts);
  }
}

function blamed(cause: Cause, reason: string, until: string | undefined, facts: Facts): Outcome {
  const { outcome, parks } = CAUSED[cause];
  // Full before anything was done: the next fresh session would be as full, for ever.
  if (cause === "context" && facts.toolsFinished === 0)
    return verdict(outcome, `${reason} (before any tool ran)`, { counts: true });
  return verdict(outcome, reason, {
    ...(until === undefined ? {} : { until }),
    ...(parks === undefined ? {} : { parks }),
  });
}

/**
 * It ran out of its time while all it did was try again after a refusal: no fault of the task's, and its account waits.
 * `limited`: also what only its standard error tells.
 */
function onlyRetried({ facts, limited }: Evidence): Outcome | undefined {
  const { retrying } = facts;
  const told = retrying === undefined ? limited : { cause: retrying.scope, detail: retrying.detail };
  if (told === undefined || facts.toolsOpen.length > 0) return undefined;
  return blamed(told.cause, `did nothing but try again: ${told.detail}`, retrying?.until, facts);
}

/** If it was stopped after a good result, it did not exit itself; any other exit status is reported. */
const goodResult = ({ stop, exitCode }: Evidence): string =>
  stop !== undefined || exitCode === undefined
    ? "its result was good"
    : `its result was good (exit ${exitCode} all the same)`;

/** It says that its work is done. */
function claimed(e: Evidence): Outcome {
  const found = answerTo(e);
  switch (found.kind) {
    case "believed":
      return verdict("done", found.reason, { grade: found.grade });
    case "back":
      return verdict("claimed-done-unproven", found.reason);
    case "asked":
      return verdict("asked", found.reason, { missing: found.missing, words: lastWords(e.facts) });
  }
}

/** Longer ones are in its log. */
const WORDS = 400;

/** Its last words, on one line. */
function lastWords({ result, lastText }: Facts): string | undefined {
  const told = oneLine(result?.text ?? "");
  const line = told === "" ? oneLine(lastText) : told;
  return line === "" ? undefined : clip(line, WORDS);
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split("\n").at(-1);
}
