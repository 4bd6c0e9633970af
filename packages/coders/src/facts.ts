/**
 * What is known of a run: the fold of its events. Plain data, the same for every coder; a supervisor that was restarted
 * gets it back by decoding the log again.
 */
import type { Cause } from "./cause.ts";
import type { CoderEvent, Need, WindowState } from "./events.ts";
import { never } from "./never.ts";
import { clip, oneLine } from "@fleet/kit/text";

type LimitEvent = Extract<CoderEvent, { kind: "limit" }>;

/** A tool that began and has not ended. */
interface OpenTool {
  readonly id: string;
  readonly tool: string;
  readonly summary: string;
}

export interface Facts {
  /** Needed to resume the session. */
  readonly session?: string;
  readonly model?: string;
  /** Tools that ended, well or not. 0 with a good result is a claim without work. */
  readonly toolsFinished: number;
  /** The ones among these that succeeded: refused and failed tools are not. */
  readonly toolsOk: number;
  /** The ones among these that may have failed all the same: their coder does not tell. */
  readonly toolsUntold: number;
  readonly toolsOpen: readonly OpenTool[];
  /** One readable line: "Bash: npm test", "text: All tests pass"; empty before the first. */
  readonly lastAction: string;
  readonly lastText: string;
  /** Tokens of this run so far; `input` includes cached ones. */
  readonly input: number;
  readonly output: number;
  /** US dollars of this run, where the coder tells. */
  readonly costUsd?: number;
  /** The price of an input token, if the coder's own cost tells it. */
  readonly price?: number;
  /** Answers of the model so far, where the coder tells them apart. */
  readonly turns?: number;
  /** Tokens the last request held. */
  readonly context?: number;
  /** Tokens that fit, as the coder says. */
  readonly window?: number;
  /** The last one. A `retrying` that was followed by success stays here: the result and the exit decide, not this. */
  readonly limit?: LimitEvent;
  /** It was refused last, and tries again by itself: gone with whatever it does next. */
  readonly retrying?: LimitEvent;
  /** The account's usage windows, as last told. */
  readonly windows?: Readonly<Record<string, WindowState>>;
  /** Gone when it continues with another tool: it has answered itself. */
  readonly question?: string;
  /** Something only a person can give; cleared by its next action. */
  readonly waiting?: { readonly for: Need; readonly text: string };
  /** Background work still open: a result is not the end while this is above 0. */
  readonly background: number;
  /** Gone again when the session continues after a result. */
  readonly result?: {
    readonly ok: boolean;
    readonly text: string;
    readonly cause?: Cause;
    readonly mayGoOn?: true;
    /** `acts` by then. */
    readonly acts: number;
  };
  /** Words, tools and questions so far: what a run that is over has no more of. */
  readonly acts: number;
  readonly errors: number;
  /** The last error, without notices; cleared by its next action. */
  readonly lastError?: string;
  readonly unrecognised: number;
  readonly events: number;
}

export function emptyFacts(): Facts {
  return {
    toolsFinished: 0,
    toolsOk: 0,
    toolsUntold: 0,
    toolsOpen: [],
    lastAction: "",
    lastText: "",
    input: 0,
    output: 0,
    background: 0,
    acts: 0,
    errors: 0,
    unrecognised: 0,
    events: 0,
  };
}

/** Pure: a new value, nothing shared is changed. */
export function fold(facts: Facts, event: CoderEvent): Facts {
  const gone = isAct(event) ? withoutTrouble(facts) : facts;
  const next = apply(goesOn(event) ? withoutWaiting(gone) : gone, event);
  return { ...next, acts: facts.acts + (isAct(event) ? 1 : 0), events: facts.events + 1 };
}

/** Figures and notices come while it waits, too. */
function goesOn({ kind }: CoderEvent): boolean {
  return kind !== "usage" && kind !== "limit" && kind !== "background" && kind !== "error" && kind !== "unrecognised";
}

function withoutResult(facts: Facts): Facts {
  const { result: _, ...rest } = facts;
  return rest;
}

function isAct({ kind }: CoderEvent): boolean {
  return kind === "text" || kind === "tool-started" || kind === "tool-finished" || kind === "question";
}

/** Clears a refusal or an error when it acts again. */
function withoutTrouble(facts: Facts): Facts {
  const { retrying: _, lastError: __, ...rest } = facts;
  return rest;
}

function withoutQuestion(facts: Facts): Facts {
  const { question: _, ...rest } = facts;
  return rest;
}

function withoutWaiting(facts: Facts): Facts {
  const { waiting: _, ...rest } = facts;
  return rest;
}

function apply(facts: Facts, event: CoderEvent): Facts {
  switch (event.kind) {
    case "session-started":
      return {
        ...withoutResult(facts),
        session: event.session,
        ...(event.model === undefined ? {} : { model: event.model }),
      };
    case "text":
      return { ...facts, lastText: event.text, lastAction: action("text", event.text) };
    case "tool-started": {
      const { id, tool, summary } = event;
      return {
        // It continues, whatever it has said before.
        ...withoutResult(withoutQuestion(facts)),
        toolsOpen: [...facts.toolsOpen.filter((open) => open.id !== id), { id, tool, summary }],
        lastAction: action(tool, summary),
      };
    }
    case "tool-finished": {
      // A tool whose start was not told: only a good end shows that it was not the asking itself.
      const another = event.ok && !facts.toolsOpen.some(({ id }) => id === event.id);
      return {
        ...(another ? withoutQuestion(facts) : facts),
        toolsFinished: facts.toolsFinished + 1,
        toolsOk: facts.toolsOk + (event.ok ? 1 : 0),
        toolsUntold: facts.toolsUntold + (event.ok && event.untold === true ? 1 : 0),
        toolsOpen: facts.toolsOpen.filter((open) => open.id !== event.id),
        lastAction: action(event.tool, event.summary),
      };
    }
    case "usage": {
      const { kind: _, ...told } = event;
      return { ...facts, ...told };
    }
    case "limit":
      return { ...facts, limit: event, ...(event.state === "retrying" ? { retrying: event } : {}) };
    case "windows":
      return { ...facts, windows: { ...facts.windows, ...event.windows } };
    case "question":
      return { ...facts, question: event.text, waiting: { for: "question", text: event.text } };
    case "waiting":
      return { ...facts, waiting: { for: event.for, text: event.text } };
    case "background":
      return { ...facts, background: event.open };
    case "result": {
      const { kind: _, ...result } = event;
      // Nothing was done since a good one: what came too late does not make it worse.
      if (facts.result?.ok === true && !event.ok && facts.result.acts === facts.acts)
        return { ...facts, errors: facts.errors + 1, lastError: event.text };
      const { retrying: __, ...rest } = facts;
      // A tool that is still open by then was left open: its coder does not report the end.
      return { ...rest, result: { ...result, acts: facts.acts }, toolsOpen: [] };
    }
    case "error":
      return {
        ...facts,
        errors: facts.errors + 1,
        ...(event.notice === true ? {} : { lastError: event.message }),
      };
    case "unrecognised":
      return { ...facts, unrecognised: facts.unrecognised + 1 };
    default:
      return never(event);
  }
}

function action(what: string, detail: string): string {
  return clip(detail === "" ? what : `${what}: ${oneLine(detail)}`, 160);
}
