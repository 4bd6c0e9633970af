/** One line of codex's stream → events. */
import type * as z from "zod/mini";
import type { Counted, Decoded } from "../coder.ts";
import type { CoderEvent } from "../events.ts";
import { parseJson } from "@fleet/kit/json";
import { read, unrecognised } from "../json.ts";
import { clip } from "@fleet/kit/text";
import { TEXT_LIMIT } from "../text-limits.ts";
import { causeOf, limitOf, retriedFor } from "./cause.ts";
import { item } from "./items.ts";
import * as schema from "./schema.ts";

export interface CodexState {
  /** Usage of this thread that earlier runs counted: `usage` is cumulative over the thread (300 after 200, measured). */
  readonly earlier: Counted;
  /** The last words, which are the result's text. */
  readonly lastText: string;
  /** Its thread; empty before it is named. */
  readonly session: string;
  /** A turn has ended; one that starts after it means that the thread continues. */
  readonly ended: boolean;
}

export function start(earlier: Counted = { input: 0, output: 0, costUsd: 0 }): CodexState {
  return { earlier, lastText: "", session: "", ended: false };
}

export function decode(line: string, state: CodexState): Decoded<CodexState> {
  if (line.trim() === "") return { state, events: [] };
  const value = parseJson(line);
  const head = read(schema.Head, value);
  const events = (head === undefined ? undefined : dispatch(head.type, value, state)) ?? [unrecognised(line)];
  return { state: events.reduce(after, state), events };
}

function after(state: CodexState, event: CoderEvent): CodexState {
  if (event.kind === "text") return { ...state, lastText: event.text };
  if (event.kind === "session-started") return { ...state, session: event.session, ended: false };
  return event.kind === "result" ? { ...state, ended: true } : state;
}

/** Undefined: a type or shape that is not known. */
function dispatch(type: string, value: unknown, state: CodexState): readonly CoderEvent[] | undefined {
  switch (type) {
    case "thread.started":
      return on(schema.ThreadStarted, value, ({ thread_id: session }) => [{ kind: "session-started", session }]);
    case "turn.started":
      return state.ended && state.session !== "" ? [{ kind: "session-started", session: state.session }] : [];
    case "item.updated":
      return [];
    case "item.started":
      return item(value, "started");
    case "item.completed":
      return item(value, "completed");
    case "error":
      return on(schema.ErrorLine, value, ({ message }) => error(message));
    case "turn.failed":
      return on(schema.TurnFailed, value, ({ error: { message } }) => failure(message));
    case "turn.completed":
      return on(schema.TurnCompleted, value, ({ usage }) => [
        ...counted(usage, state.earlier),
        { kind: "result", ok: true, text: state.lastText },
      ]);
    default:
      return undefined;
  }
}

/** "Reconnecting... 1/5 (why)" recovers or not; the same sentence without it is repeated by turn.failed. */
function error(message: string): CoderEvent[] {
  const why = retriedFor(message);
  const limit = why === undefined ? undefined : limitOf(why, "retrying");
  return [limit ?? { kind: "error", message: clip(message, TEXT_LIMIT) }];
}

function failure(message: string): CoderEvent[] {
  const limit = limitOf(message, "rejected");
  const text = clip(message, TEXT_LIMIT);
  return [...(limit === undefined ? [] : [limit]), { kind: "result", ok: false, text, cause: causeOf(message) }];
}

function counted(usage: z.output<typeof schema.TurnCompleted>["usage"], earlier: Counted): CoderEvent[] {
  if (usage === undefined) return [];
  const input = Math.max(0, (usage.input_tokens ?? 0) - earlier.input);
  const output = Math.max(0, (usage.output_tokens ?? 0) - earlier.output);
  return [{ kind: "usage", input, output }];
}

function on<T extends z.core.$ZodType>(
  of: T,
  value: unknown,
  events: (line: z.output<T>) => readonly CoderEvent[],
): readonly CoderEvent[] | undefined {
  const line = read(of, value);
  return line === undefined ? undefined : events(line);
}
