/** The events a rule can make, with their fields, and how loosely a line's value may fit one. */
import * as z from "zod/mini";
import { cause, passing } from "../cause.ts";
import { maybe } from "../json.ts";
import { clip, oneLine } from "@fleet/kit/text";
import { TEXT_LIMIT } from "../text-limits.ts";

const Text = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => clip(String(value), TEXT_LIMIT)),
);
const Line = z.pipe(
  Text,
  z.transform((text) => clip(oneLine(text), 200)),
);

/** Exit codes and status words are as good as a boolean. */
const Ok = z.pipe(
  z.unknown(),
  z.transform(
    (value) => value === true || value === 0 || (typeof value === "string" && OK_WORDS.has(value.toLowerCase())),
  ),
);
const OK_WORDS = new Set(["ok", "success", "succeeded", "completed", "done"]);

export const EVENT_KINDS = [
  "session-started",
  "text",
  "tool-started",
  "tool-finished",
  "usage",
  "limit",
  "question",
  "waiting",
  "background",
  "result",
  "error",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The required and the optional fields of a rule. */
export const EVENT_FIELDS: Readonly<
  Record<EventKind, { readonly required: readonly string[]; readonly optional: readonly string[] }>
> = {
  "session-started": { required: ["session"], optional: ["model"] },
  text: { required: ["text"], optional: [] },
  "tool-started": { required: ["tool"], optional: ["id", "summary"] },
  "tool-finished": { required: ["tool"], optional: ["id", "summary", "ok", "output"] },
  usage: { required: [], optional: ["input", "output", "costUsd", "turns", "context", "window"] },
  limit: { required: ["state", "scope"], optional: ["until", "detail", "window", "utilization"] },
  question: { required: ["text"], optional: [] },
  waiting: { required: ["for", "text"], optional: [] },
  background: { required: ["open"], optional: [] },
  result: { required: ["ok"], optional: ["text", "cause"] },
  error: { required: ["message"], optional: [] },
};

/** The values a rule found, checked: what does not fit makes the line an unrecognised one. */
export const VALUES = {
  "session-started": z.object({ session: Text, model: maybe(Text) }),
  text: z.object({ text: Text }),
  "tool-started": z.object({ id: maybe(Text), tool: Line, summary: maybe(Line) }),
  "tool-finished": z.object({
    id: maybe(Text),
    tool: Line,
    summary: maybe(Line),
    ok: z._default(Ok, true),
    output: maybe(z.string()),
  }),
  usage: z.object({
    input: maybe(z.number()),
    output: maybe(z.number()),
    costUsd: maybe(z.number()),
    turns: maybe(z.number()),
    context: maybe(z.number()),
    window: maybe(z.number()),
  }),
  limit: z.object({
    state: z.enum(["warning", "retrying", "rejected"]),
    scope: passing,
    until: maybe(z.union([z.string(), z.number()])),
    detail: maybe(Text),
    window: maybe(Text),
    utilization: maybe(z.number()),
  }),
  question: z.object({ text: Text }),
  waiting: z.object({ for: z.enum(["permission", "login"]), text: Text }),
  background: z.object({ open: z.number() }),
  result: z.object({ ok: Ok, text: maybe(Text), cause: maybe(cause) }),
  error: z.object({ message: Text }),
} as const satisfies Record<EventKind, z.ZodMiniType>;
