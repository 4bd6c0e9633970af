/** One line of claude's stream → events. */
import type * as z from "zod/mini";
import type { Decoded } from "../coder.ts";
import type { CoderEvent } from "../events.ts";
import { parseJson } from "@fleet/kit/json";
import { read, unrecognised } from "../json.ts";
import { readsOf } from "../reads.ts";
import { commandOf, summarise, writesOf } from "../summary.ts";
import { clip } from "@fleet/kit/text";
import { TEXT_LIMIT } from "../text-limits.ts";
import { began, begin, end, printed } from "../tools.ts";
import { causeOf, ofRateLimit, ofRetry, ofWords, windowsOf } from "./limits.ts";
import * as schema from "./schema.ts";
import type { ClaudeState } from "./state.ts";
import * as usage from "./usage.ts";
import { READERS, WRITERS } from "./writers.ts";

type Step = Decoded<ClaudeState>;

/** Lines that are known and say nothing a run's record needs. `tool_progress` comes every 30 s of a quiet tool. */
const SILENT = new Set(["tool_progress", "stream_event", "control_response", "keep_alive"]);
const SILENT_SYSTEM = new Set([
  "hook_started",
  "hook_progress",
  "hook_response",
  "status",
  "task_started",
  "task_progress",
  "task_notification",
  "task_updated",
  "notification",
  "informational",
  "model_fallback",
  "model_refusal_no_fallback",
]);

export function decode(line: string, state: ClaudeState): Step {
  if (line.trim() === "") return { state, events: [] };
  const value = parseJson(line);
  const head = read(schema.Head, value);
  const step = head === undefined ? undefined : dispatch(head.type, head.subtype, value, state);
  return step ?? { state, events: [unrecognised(line)] };
}

/** Undefined: a type or shape that is not known. */
function dispatch(type: string, subtype: string | undefined, value: unknown, state: ClaudeState): Step | undefined {
  switch (type) {
    case "assistant":
      return on(schema.Assistant, value, (line) => assistant(line, state));
    case "user":
      return on(schema.User, value, (line) => toolResults(line.message.content, state));
    case "result":
      return on(schema.Result, value, (line) => result(line, state));
    case "rate_limit_event":
      return on(schema.RateLimit, value, (line) => rateLimit(line, state));
    case "control_request":
      return on(schema.ControlRequest, value, ({ request }) => ({ state, events: ofControl(request) }));
    case "system":
      return system(subtype ?? "", value, state);
    default:
      return SILENT.has(type) ? { state, events: [] } : undefined;
  }
}

function system(subtype: string, value: unknown, state: ClaudeState): Step | undefined {
  switch (subtype) {
    case "init":
      return on(schema.Init, value, ({ session_id: session, model }) => {
        const named = model === undefined ? {} : { model };
        return {
          state: { ...state, ...named, ended: false },
          events: [{ kind: "session-started", session, ...named }],
        };
      });
    case "api_retry":
      return on(schema.ApiRetry, value, (line) => ({ state, events: [ofRetry(line)] }));
    case "background_tasks_changed":
      return on(schema.BackgroundTasks, value, ({ tasks }) => ({
        state,
        events: [{ kind: "background", open: tasks.length }],
      }));
    case "compact_boundary":
      return on(schema.Compacted, value, ({ compact_metadata: { post_tokens: context } }) => ({
        state,
        events: context === undefined ? [] : [{ kind: "usage", context }],
      }));
    default:
      return SILENT_SYSTEM.has(subtype) ? { state, events: [] } : undefined;
  }
}

function rateLimit(line: z.output<typeof schema.RateLimit>, state: ClaudeState): Step {
  const windows = windowsOf(line);
  const text = JSON.stringify(windows);
  const isNews = Object.keys(windows).length > 0 && text !== state.windows;
  const limits = ofRateLimit(line);
  const refused = limits.some((event) => event.kind === "limit" && event.state === "rejected");
  return {
    state: { ...state, refused, ...(isNews ? { windows: text } : {}) },
    events: [...limits, ...(isNews ? [{ kind: "windows", windows } as const] : [])],
  };
}

/** It asks on standard input whether a tool may run, and no one answers there. Other requests of that kind need no person. */
function ofControl({
  subtype,
  tool_name = "a tool",
  input,
}: z.output<typeof schema.ControlRequest>["request"]): CoderEvent[] {
  if (subtype !== "can_use_tool") return [];
  const detail = summarise(input);
  return [{ kind: "waiting", for: "permission", text: detail === "" ? tool_name : `${tool_name}: ${detail}` }];
}

function assistant(line: z.output<typeof schema.Assistant>, state: ClaudeState): Step {
  const { content } = line.message;
  if (line.error !== undefined) {
    const said = content.map((block) => read(schema.TextBlock, block)?.text ?? "").join(" ");
    const message = clip(said === "" ? line.error : said, TEXT_LIMIT);
    return { state: { ...state, apiError: line.error }, events: [{ kind: "error", message }] };
  }
  const { apiError: _, ...answered } = state;
  const counted = usage.ofMessage(line, answered);
  const tools = content.flatMap((block) => read(schema.ToolUse, block) ?? []);
  const open = tools.reduce((open, { id, name, input }) => {
    const writes = writesOf(name, WRITERS, input);
    const reads = readsOf(name, READERS, name === "Bash" ? commandOf(input) : undefined);
    return begin(open, id, {
      tool: name,
      summary: summarise(input),
      ...(writes.length === 0 ? {} : { writes }),
      ...reads,
    });
  }, state.open);
  return {
    state: { ...counted.state, open, ended: false },
    events: [...counted.events, ...content.flatMap(block)],
  };
}

function block(value: unknown): CoderEvent[] {
  const words = read(schema.TextBlock, value);
  if (words !== undefined) return words.text === "" ? [] : [{ kind: "text", text: clip(words.text, TEXT_LIMIT) }];
  const use = read(schema.ToolUse, value);
  if (use === undefined) return [];
  const asked = use.name === "AskUserQuestion" ? read(schema.Question, use.input)?.questions : undefined;
  const text = asked?.map(({ question }) => question).join(" / ");
  return [
    { kind: "tool-started", id: use.id, tool: use.name, summary: summarise(use.input) },
    ...(text === undefined ? [] : [{ kind: "question", text: clip(text, TEXT_LIMIT) } as const]),
  ];
}

function toolResults(content: unknown, state: ClaudeState): Step {
  const results = (Array.isArray(content) ? content : []).flatMap((block) => read(schema.ToolResult, block) ?? []);
  if (results.length === 0) return { state, events: [] };
  return {
    state: { ...state, open: results.reduce((open, { tool_use_id: id }) => end(open, id), state.open) },
    events: results.map(({ tool_use_id: id, is_error, content: told }) => {
      return { kind: "tool-finished", id, ...began(state.open, id), ok: is_error !== true, ...printed(wordsOf(told)) };
    }),
  };
}

/** A text, or blocks with texts among them. */
function wordsOf(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [];
  return blocks.map((one) => read(schema.TextBlock, one)?.text ?? "").join("\n");
}

function result(line: z.output<typeof schema.Result>, state: ClaudeState): Step {
  const counted = usage.ofResult(line, state);
  const unsaid = line.is_error ? line.terminal_reason : undefined;
  const text = clip(line.result ?? line.errors?.join("; ") ?? unsaid ?? "", TEXT_LIMIT);
  const cause = line.is_error ? causeOf(line, text, state.apiError) : undefined;
  // The end of a background task, or a command that was never a turn: what the run was asked for is not over by that, or was before.
  if (line.num_turns === 0 && (state.ended || originOf(line) === "task-notification")) {
    const events: readonly CoderEvent[] = line.is_error && text !== "" ? [{ kind: "error", message: text }] : [];
    return { state: counted.state, events: [...counted.events, ...events] };
  }
  return {
    state: { ...counted.state, ended: true },
    events: [
      ...counted.events,
      // Its own event tells the moment of the reset, too.
      ...(cause === undefined || state.refused ? [] : ofWords(cause, text)),
      { kind: "result", ok: !line.is_error, text, ...(cause === undefined ? {} : { cause }) },
    ],
  };
}

function originOf({ origin }: z.output<typeof schema.Result>): string | undefined {
  return typeof origin === "string" ? origin : origin?.kind;
}

function on<T extends z.core.$ZodType>(of: T, value: unknown, step: (line: z.output<T>) => Step): Step | undefined {
  const line = read(of, value);
  return line === undefined ? undefined : step(line);
}
