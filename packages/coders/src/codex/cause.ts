/**
 * Why a turn failed. codex has no field for it: `turn.failed` carries one sentence, which is its own, never the model's.
 * Each sentence here is one that 0.169.0 was seen to print for the API's answer named beside it.
 */
import type { CoderEvent, ResultCause } from "../events.ts";
import { causeOfStatus } from "../verdict.ts";

/** The apostrophe is a curly one; a straight one is taken too. */
const USAGE_LIMIT = /^You.ve hit your usage limit/;
const AGAIN_AT = /try again at ([^.]+?[AP]M)\b/i;

const SENTENCES: readonly (readonly [RegExp, ResultCause])[] = [
  // 429 usage_limit_reached: a subscription's window.
  [USAGE_LIMIT, "rate-limit"],
  // response.failed, code rate_limit_exceeded.
  [/^rate limit exceeded\b/i, "rate-limit"],
  // 429 insufficient_quota: the account has nothing left to pay with.
  [/^Quota exceeded\b/, "auth"],
  // response.failed, code context_length_exceeded.
  [/^Codex ran out of room in the model.s context window/, "context-full"],
  // 500, after its retries (a 503 is named by its status).
  [/currently experiencing high demand/, "overload"],
  // The variable named by `env_key` is not set.
  [/^Missing environment variable\b/, "auth"],
];

const STATUS = /^(?:unexpected status|exceeded retry limit, last status:) (\d{3})\b/;

export function causeOf(message: string): ResultCause {
  const known = SENTENCES.find(([sentence]) => sentence.test(message));
  if (known !== undefined) return known[1];
  const status = STATUS.exec(message)?.[1];
  return status === undefined ? "other" : causeOfStatus(Number(status));
}

/** The limit a failure tells of, if it does. Of a window's reset codex gives only the local time of day. */
export function limitOf(message: string, state: "retrying" | "rejected"): CoderEvent | undefined {
  const cause = causeOf(message);
  if (cause !== "rate-limit" && cause !== "overload") return undefined;
  const window = USAGE_LIMIT.test(message);
  const clock = window ? AGAIN_AT.exec(message)?.[1] : undefined;
  return {
    kind: "limit",
    state,
    scope: window ? "window" : cause === "overload" ? "overload" : "minute",
    ...(clock === undefined ? {} : { clock }),
    detail: message,
  };
}

const RECONNECTING = /^Reconnecting\.\.\. \d+\/\d+ \((.*)\)$/s;

/** What codex is retrying for, when the line is such a notice. */
export function retriedFor(message: string): string | undefined {
  return RECONNECTING.exec(message)?.[1];
}
