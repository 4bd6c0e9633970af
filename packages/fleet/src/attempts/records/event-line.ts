/** A line of events.jsonl: an event of the coder with the time it was seen and the log's offset behind it. */
import { parseJson } from "@fleet/kit/json";
import * as z from "zod/mini";

import type { CoderEvent } from "@fleet/coders/events";

const string = z.exactOptional(z.string());
const number = z.exactOptional(z.number());

const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("session-started"), at: z.string(), session: z.string(), model: string }),
  z.object({ kind: z.literal("text"), at: z.string(), text: z.string() }),
  z.object({ kind: z.literal("tool-started"), at: z.string(), id: z.string(), tool: z.string(), summary: z.string() }),
  z.object({
    kind: z.literal("tool-finished"),
    at: z.string(),
    id: z.string(),
    tool: z.string(),
    summary: z.string(),
    ok: z.boolean(),
    writes: z.exactOptional(z.array(z.string())),
  }),
  z.object({
    kind: z.literal("usage"),
    at: z.string(),
    input: number,
    output: number,
    costUsd: number,
    turns: number,
    context: number,
    window: number,
  }),
  z.object({
    kind: z.literal("limit"),
    at: z.string(),
    state: z.enum(["warning", "retrying", "rejected"]),
    scope: z.enum(["window", "minute", "overload"]),
    until: string,
    clock: string,
    window: string,
    utilization: number,
    detail: z.string(),
  }),
  z.object({
    kind: z.literal("windows"),
    at: z.string(),
    windows: z.record(z.string(), z.object({ status: z.string(), utilization: number, until: string })),
  }),
  z.object({ kind: z.literal("question"), at: z.string(), text: z.string() }),
  z.object({ kind: z.literal("waiting"), at: z.string(), for: z.enum(["permission", "login"]), text: z.string() }),
  z.object({ kind: z.literal("background"), at: z.string(), open: z.number() }),
  z.object({
    kind: z.literal("result"),
    at: z.string(),
    ok: z.boolean(),
    text: z.string(),
    cause: z.exactOptional(z.enum(["rate-limit", "overload", "auth", "context-full", "budget", "turns", "other"])),
  }),
  z.object({ kind: z.literal("error"), at: z.string(), message: z.string() }),
  z.object({ kind: z.literal("unrecognised"), at: z.string(), line: z.string() }),
]);

/** Undefined for what is no event: an empty line, one cut short by a crash. */
export function decodeEvent(line: string): { readonly at: string; readonly event: CoderEvent } | undefined {
  const decoded = z.safeParse(schema, line === "" ? undefined : parseJson(line));
  if (!decoded.success) return undefined;
  const { at, ...event } = decoded.data;
  return { at, event };
}

/** One readable line: what `task ID log` prints. Undefined for what only machines want to know. */
export function readable(event: CoderEvent): string | undefined {
  switch (event.kind) {
    case "session-started":
      return `session ${event.session}${event.model === undefined ? "" : ` (${event.model})`}`;
    case "text":
      return event.text;
    case "tool-started":
      return `▸ ${event.tool}: ${event.summary}`;
    case "tool-finished":
      return `${event.ok ? "✓" : "✗"} ${event.tool}: ${event.summary}`;
    case "usage":
    case "background":
    case "windows":
      return undefined;
    case "limit":
      return `limit (${event.state}): ${event.detail}${event.until === undefined ? "" : ` until ${event.until}`}`;
    case "question":
      return `? ${event.text}`;
    case "waiting":
      return `? ${event.for}: ${event.text}`;
    case "result":
      return `${event.ok ? "result" : "result, not ok"}: ${event.text}`;
    case "error":
      return `error: ${event.message}`;
    case "unrecognised":
      return event.line;
  }
}
