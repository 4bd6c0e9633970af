/** One line of gemini's stream → events. */
import type * as z from "zod/mini";
import { causeIn, isPassing } from "../cause.ts";
import { limitSaid } from "../clock.ts";
import type { Decoded } from "../coder.ts";
import type { CoderEvent } from "../events.ts";
import { parseJson } from "@fleet/kit/json";
import { read, unrecognised } from "../json.ts";
import { readsOf } from "../reads.ts";
import { commandOf, summarise, writesOf } from "../summary.ts";
import { clip } from "@fleet/kit/text";
import { TEXT_LIMIT } from "../text-limits.ts";
import { began, begin, end, type OpenTools, printed } from "../tools.ts";
import { SENTENCES } from "./classify.ts";
import * as schema from "./schema.ts";

export interface GeminiState {
  /** Words that came in pieces and are not told yet: they are one text once something else comes. */
  readonly pieces: string;
  readonly lastText: string;
  /** Tools that began, by id: a tool_result has only the id. */
  readonly open: OpenTools;
}

type Step = Decoded<GeminiState>;

export function start(): GeminiState {
  return { pieces: "", lastText: "", open: {} };
}

export function decode(line: string, state: GeminiState): Step {
  if (line.trim() === "") return { state, events: [] };
  const value = parseJson(line);
  const type = read(schema.Head, value)?.type;
  const step = type === "message" ? message(value, state) : type && withText(state, (told) => other(type, value, told));
  return step || { state, events: [unrecognised(line)] };
}

function message(value: unknown, state: GeminiState): Step | undefined {
  const line = read(schema.Message, value);
  if (line?.role !== "assistant") return line && { state, events: [] };
  return { state: { ...state, pieces: clip(state.pieces + line.content, TEXT_LIMIT) }, events: [] };
}

/** Tells the words that came before the line of another type. */
function withText(state: GeminiState, next: (told: GeminiState) => Step | undefined): Step | undefined {
  if (state.pieces === "") return next(state);
  const step = next({ ...state, pieces: "", lastText: state.pieces });
  return step && { ...step, events: [{ kind: "text", text: state.pieces }, ...step.events] };
}

/** Undefined: a type or shape that is not known. */
function other(type: string, value: unknown, state: GeminiState): Step | undefined {
  switch (type) {
    case "init": {
      const line = read(schema.Init, value);
      const model = line?.model === undefined ? {} : { model: line.model };
      return line && { state, events: [{ kind: "session-started", session: line.session_id, ...model }] };
    }
    case "tool_use": {
      const line = read(schema.ToolUse, value);
      if (line === undefined) return undefined;
      const opened = { tool: line.tool_name, summary: summarise(line.parameters) };
      const writes = writesOf(line.tool_name, WRITERS, line.parameters);
      const reads = readsOf(line.tool_name, READERS, line.tool_name === SHELL ? commandOf(line.parameters) : undefined);
      const named = { ...opened, ...(writes.length === 0 ? {} : { writes }), ...reads };
      return {
        state: { ...state, open: begin(state.open, line.tool_id, named) },
        events: [{ kind: "tool-started", id: line.tool_id, ...opened }],
      };
    }
    case "tool_result": {
      const line = read(schema.ToolResult, value);
      if (line === undefined) return undefined;
      const { tool_id: id, status, output = "" } = line;
      const opened = began(state.open, id);
      const ok = status === "success" && !FAILED.test(output);
      const untold = ok && opened.tool === SHELL && output !== "" ? ({ untold: true } as const) : {};
      return {
        state: { ...state, open: end(state.open, id) },
        events: [{ kind: "tool-finished", id, ...opened, ok, ...untold, ...printed(output) }],
      };
    }
    case "error": {
      const line = read(schema.ErrorLine, value);
      return line && { state, events: [{ kind: "error", message: clip(line.message, TEXT_LIMIT) }] };
    }
    case "result": {
      const line = read(schema.Result, value);
      return line && { state, events: result(line, state) };
    }
    default:
      return undefined;
  }
}

/** Where its words do not say why it failed, the exit code does (see classify.ts). */
function result({ status, error, stats }: z.output<typeof schema.Result>, state: GeminiState): readonly CoderEvent[] {
  const usage: CoderEvent[] =
    stats === undefined ? [] : [{ kind: "usage", input: stats.input_tokens ?? 0, output: stats.output_tokens ?? 0 }];
  if (status === "success") return [...usage, { kind: "result", ok: true, text: state.lastText }];
  const text = clip(error?.message ?? error?.type ?? status, TEXT_LIMIT);
  const cause = causeIn(SENTENCES, text);
  const limit = isPassing(cause) ? [limitSaid("rejected", cause, text)] : [];
  return [...usage, ...limit, { kind: "result", ok: false, text, cause: cause ?? "task" }];
}

/** The tools that write the file they name. */
const WRITERS: ReadonlySet<string> = new Set(["write_file", "replace"]);
/** Tools that change nothing. */
const READERS: ReadonlySet<string> = new Set([
  "read_file",
  "read_many_files",
  "list_directory",
  "glob",
  "search_file_content",
  "google_web_search",
  "web_fetch",
]);

/** For a command that printed something, gemini shows its output and "success", whatever its exit code. */
const SHELL = "run_shell_command";

/** "Command exited with code: 3", "Exit Code: 3", as its shell tool puts it of a command that printed nothing. */
const FAILED = /(?:^|\n)\(?(?:Command exited with code:?|Exit Code:) [1-9]\d*/;
