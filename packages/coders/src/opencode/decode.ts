/** One line of opencode's stream → events. It has no closing line: the last step's end, or an error, is the result. */
import type * as z from "zod/mini";
import type { Counted, Decoded } from "../coder.ts";
import { type Cause, causeIn, causeOfStatus, isPassing, PROVIDERS, type Sentences } from "../cause.ts";
import { limitSaid } from "../clock.ts";
import type { CoderEvent } from "../events.ts";
import { parseJson } from "@fleet/kit/json";
import { read, unrecognised } from "../json.ts";
import { readsOf } from "../reads.ts";
import { commandOf, short, summarise, writesOf } from "../summary.ts";
import { clip } from "@fleet/kit/text";
import { TEXT_LIMIT } from "../text-limits.ts";
import { printed } from "../tools.ts";
import * as schema from "./schema.ts";

export interface OpencodeState {
  readonly session: string;
  /** Words of the step that is under way. */
  readonly text: string;
  readonly total: Counted;
  /** Steps that began: one is one answer of the model, with its tools. */
  readonly turns: number;
  /** A result was given; a step after it means that the session continues. */
  readonly ended: boolean;
}

type Step = Decoded<OpencodeState>;

/** The tools that write the file they name. */
const WRITERS: ReadonlySet<string> = new Set(["write", "edit", "multiedit"]);
/** Tools that change nothing. */
const READERS: ReadonlySet<string> = new Set(["read", "grep", "glob", "list", "todoread", "todowrite", "webfetch"]);

const SHELL = "bash";

export function start(): OpencodeState {
  return { session: "", text: "", total: { input: 0, output: 0, costUsd: 0 }, turns: 0, ended: false };
}

export function decode(line: string, state: OpencodeState): Step {
  if (line.trim() === "") return { state, events: [] };
  const value = parseJson(line);
  const head = read(schema.Head, value);
  const step = head === undefined ? undefined : dispatch(head.type, value, state);
  if (head === undefined || step === undefined) return { state, events: [unrecognised(line)] };
  // The session that an error names may be one that is not there.
  const session = (head.type === "error" ? undefined : head.sessionID) ?? state.session;
  const goesOn = state.ended && head.type === "step_start";
  const started = session !== "" && (session !== state.session || goesOn);
  return {
    state: { ...step.state, session },
    events: [...(started ? [{ kind: "session-started", session } as const] : []), ...step.events],
  };
}

/** Undefined: a type or shape that is not known. */
function dispatch(type: string, value: unknown, state: OpencodeState): Step | undefined {
  switch (type) {
    case "step_start": {
      const turns = state.turns + 1;
      return { state: { ...state, text: "", turns, ended: false }, events: [{ kind: "usage", turns }] };
    }
    case "reasoning":
      return { state, events: [] };
    case "text": {
      const text = read(schema.Text, value)?.part.text;
      if (text === undefined) return undefined;
      const words = clip(text, TEXT_LIMIT);
      return { state: { ...state, text: words }, events: text === "" ? [] : [{ kind: "text", text: words }] };
    }
    case "tool_use": {
      const part = read(schema.ToolUse, value)?.part;
      return part && { state, events: [tool(part)] };
    }
    case "step_finish": {
      const part = read(schema.StepFinish, value)?.part;
      return part && stepFinish(part, state);
    }
    case "error": {
      const line = read(schema.ErrorLine, value);
      return line && { state: { ...state, ended: true }, events: failure(line) };
    }
    default:
      return undefined;
  }
}

function tool({ tool: name, callID: id, state }: z.output<typeof schema.ToolUse>["part"]): CoderEvent {
  const summary = summarise(state.input) || short(state.title ?? "");
  const writes = writesOf(name, WRITERS, state.input);
  // A command that failed is "completed", too.
  const exit = state.metadata?.exit;
  const ok = state.status === "completed" && (exit ?? 0) === 0;
  // Ended by a signal, or by opencode's own time limit.
  const untold = ok && name === SHELL && exit === undefined ? ({ untold: true } as const) : {};
  return {
    kind: "tool-finished",
    id,
    tool: name,
    summary,
    ok,
    ...untold,
    ...printed(state.error ?? state.output),
    ...(writes.length === 0 ? {} : { writes }),
    ...readsOf(name, READERS, name === SHELL ? commandOf(state.input) : undefined),
  };
}

function stepFinish(part: z.output<typeof schema.StepFinish>["part"], state: OpencodeState): Step {
  const { tokens } = part;
  const held = (tokens?.input ?? 0) + (tokens?.cache?.read ?? 0) + (tokens?.cache?.write ?? 0);
  const total = {
    input: state.total.input + held,
    output: state.total.output + (tokens?.output ?? 0) + (tokens?.reasoning ?? 0),
    costUsd: state.total.costUsd + (part.cost ?? 0),
  };
  const { turns } = state;
  const usage: CoderEvent = { kind: "usage", ...total, turns, ...(held === 0 ? {} : { context: held }) };
  if (part.reason === "tool-calls") return { state: { ...state, total }, events: [usage] };
  return {
    state: { ...state, total, ended: true },
    events: [usage, ending(part.reason ?? "unknown", state.text)],
  };
}

/** A stop without a word is what an automatically refused permission looked like: exit 0 and nothing printed. */
function ending(reason: string, text: string): CoderEvent {
  if (reason === "stop" && text !== "") return { kind: "result", ok: true, text };
  const why = reason === "stop" ? "ended without a word" : `ended: ${reason}`;
  return { kind: "result", ok: false, text: text === "" ? why : `${why} (${text})`, cause: "task" };
}

/**
 * It has retried by itself by then (nine requests for a 429), without a line for that. With most errors it ends; where it
 * does not, a step that starts later shows that the session continues.
 */
function failure({ error, timestamp }: z.output<typeof schema.ErrorLine>): readonly CoderEvent[] {
  const { name, data } = error;
  const message = clip(data?.message ?? name, TEXT_LIMIT);
  const cause = causeOf(name, [message, data?.responseBody ?? ""].join("\n"), data?.statusCode);
  const result: CoderEvent = { kind: "result", ok: false, text: message, cause, mayGoOn: true };
  if (!isPassing(cause)) return [{ kind: "error", message }, result];
  const until = untilOf(data?.responseHeaders?.["retry-after"], timestamp);
  return [limitSaid("rejected", cause, message, until), result];
}

/** The header has seconds, or a date. */
function untilOf(header: string | undefined, said: number | undefined): string | undefined {
  if (header === undefined || header === "") return undefined;
  const seconds = Number(header);
  const at = Number.isNaN(seconds) ? Date.parse(header) : (said ?? Number.NaN) + 1_000 * seconds;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Its own sentences; the rest are the providers'. */
export const SENTENCES: Sentences = [
  [/\bFreeUsageLimitError\b|\bGoUsageLimitError\b|\bFree usage exceeded\b|\busage limit reached\b/i, "window"],
  [/\bQuota exceeded\. Check your plan\b|\bTo use Codex with your ChatGPT plan, upgrade\b|\bCreditsError\b/, "credit"],
  [/\bSession not found\b/, "lost-session"],
  ...PROVIDERS,
];

function causeOf(name: string, said: string, status: number | undefined): Cause {
  if (name === "ContextOverflowError") return "context";
  if (name === "ProviderAuthError") return "sign-in";
  const told = causeIn(SENTENCES, said);
  // For a request that was not understood, the status says more than words about rates or keys.
  const isRequest = status === 400 || status === 404 || status === 422;
  return (isRequest && isPassing(told) ? undefined : told) ?? causeOfStatus(status) ?? "task";
}
