/** The lines of `claude -p --verbose --output-format stream-json`, as far as they are read (2.1.328; key order varies). */
import * as z from "zod/mini";
import { maybe } from "../json.ts";

/** Every line has a type; those of type `system` a subtype. */
export const Head = z.looseObject({ type: z.string(), subtype: maybe(z.string()) });

export const Init = z.looseObject({ session_id: z.string(), model: maybe(z.string()) });

/** Tokens of one request. The output tokens of a stream line are those at its start (1), so they are not read. */
const RequestUsage = z.looseObject({
  input_tokens: maybe(z.number()),
  cache_read_input_tokens: maybe(z.number()),
  cache_creation_input_tokens: maybe(z.number()),
});

/** One line per content block: several lines carry the same message id and the same usage. */
export const Assistant = z.looseObject({
  message: z.looseObject({
    id: maybe(z.string()),
    model: maybe(z.string()),
    content: z.array(z.unknown()),
    usage: maybe(RequestUsage),
  }),
  parent_tool_use_id: maybe(z.string()),
  /** Set on the line claude itself writes in the model's place when the API refused: "rate_limit", "billing_error", … */
  error: maybe(z.string()),
});

export const TextBlock = z.looseObject({ type: z.literal("text"), text: z.string() });
export const ToolUse = z.looseObject({
  type: z.literal("tool_use"),
  id: z.string(),
  name: z.string(),
  input: z.optional(z.unknown()),
});
export const ToolResult = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  is_error: maybe(z.boolean()),
  content: z.optional(z.unknown()),
});

/** The arguments of the question tool; it is disabled in this mode, so the call itself is the event. */
export const Question = z.looseObject({ questions: z.array(z.looseObject({ question: z.string() })) });

/** A request over its standard streams, if it was started with them as its way to a person. */
export const ControlRequest = z.looseObject({
  request: z.looseObject({ subtype: maybe(z.string()), tool_name: maybe(z.string()), input: z.optional(z.unknown()) }),
});

/** `content` is a list of blocks, or a plain string. */
export const User = z.looseObject({ message: z.looseObject({ content: z.optional(z.unknown()) }) });

export const ApiRetry = z.looseObject({
  attempt: maybe(z.number()),
  max_retries: maybe(z.number()),
  error_status: maybe(z.number()),
  error: maybe(z.string()),
});

export const BackgroundTasks = z.looseObject({ tasks: z.array(z.unknown()) });

export const Compacted = z.looseObject({ compact_metadata: z.looseObject({ post_tokens: maybe(z.number()) }) });

/** Only for subscribers. `resetsAt` in seconds since 1970. */
const UnifiedWindow = z.looseObject({
  status: maybe(z.string()),
  resetsAt: maybe(z.number()),
  utilization: maybe(z.number()),
});

export const RateLimit = z.looseObject({
  rate_limit_info: z.looseObject({
    unifiedWindows: maybe(z.record(z.string(), UnifiedWindow)),
    status: z.string(),
    resetsAt: maybe(z.number()),
    rateLimitType: maybe(z.string()),
    utilization: maybe(z.number()),
    isUsingOverage: maybe(z.boolean()),
  }),
});

/** Totals of one model. */
const ModelUsage = z.looseObject({
  inputTokens: maybe(z.number()),
  outputTokens: maybe(z.number()),
  cacheReadInputTokens: maybe(z.number()),
  cacheCreationInputTokens: maybe(z.number()),
  costUSD: maybe(z.number()),
  contextWindow: maybe(z.number()),
});
export const ModelUsages = z.record(z.string(), ModelUsage);

/** `subtype` is "success" even for a 429: `is_error` and `terminal_reason` are what counts. */
export const Result = z.looseObject({
  is_error: z.boolean(),
  result: maybe(z.string()),
  errors: maybe(z.array(z.string())),
  terminal_reason: maybe(z.string()),
  num_turns: maybe(z.number()),
  /** Who made the turn, where that was not the prompt: "task-notification" for the end of a background task. */
  origin: maybe(z.union([z.string(), z.looseObject({ kind: z.string() })])),
  api_error_status: maybe(z.number()),
  /** More exact than the `error` of the line before: "usage_limit_reached", "connection_failed". */
  api_error: maybe(z.string()),
  /** Cumulative over the session, earlier runs included. */
  modelUsage: maybe(ModelUsages),
  /** The difference to the previous result, in this run or an earlier one. */
  model_usage_since_last_result: maybe(ModelUsages),
});
