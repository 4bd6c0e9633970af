/**
 * Why a turn failed. codex has no field for it: `turn.failed` carries one sentence, which is its own, never the model's.
 * Each sentence here is one that 0.169.0 was seen to print for the API's answer named beside it, or has in its binary.
 */
import { type Cause, causeIn, causeOfStatus, isPassing, PROVIDERS, type Sentences } from "../cause.ts";
import { limitSaid } from "../clock.ts";
import type { CoderEvent } from "../events.ts";

export const SENTENCES: Sentences = [
  // 429 usage_limit_reached: a subscription's window. The apostrophe is a curly one; a straight one is taken too.
  [/\bYou.ve hit your usage limit\b/, "window"],
  // response.failed, code rate_limit_exceeded.
  [/\brate limit exceeded\b/i, "minute"],
  // 429 insufficient_quota: the account has nothing left to pay with.
  [/\bQuota exceeded\. Check your plan\b|^Quota exceeded\b/, "credit"],
  // 429 usage_limit_reached with x-codex-rate-limit-reached-type.
  [/\bYour workspace is out of credits\b|\bYou hit your spend cap\b|\byour workspace credit limit\b/, "credit"],
  [/\bTo use Codex with your ChatGPT plan, upgrade\b/, "credit"],
  // response.failed, code context_length_exceeded.
  [/\bCodex ran out of room in the model.s context window\b/, "context"],
  // 500, after its retries (a 503 is named by its status).
  [/\bcurrently experiencing high demand\b/, "outage"],
  [/\bmodel is at capacity\b|\bcapacity is unavailable\b/, "outage"],
  // No network, a cut or silent stream.
  [/\bstream disconnected before completion\b|\bidle timeout waiting for\b|\bwaiting for network\b/, "outage"],
  // The variable named by `env_key` is not set.
  [/\bMissing environment variable\b/, "sign-in"],
  [
    /\baccess token could not be refreshed\b|\bsign in again\b|\bNot (?:signed|logged) in\b|\bcodex login\b/i,
    "sign-in",
  ],
  [/\bno rollout found for (?:thread|conversation) id\b|\bno thread with id\b/, "lost-session"],
];

const STATUS = /(?:unexpected status|last status:) (\d{3})\b/;

export function causeOf(message: string): Cause {
  const status = STATUS.exec(message)?.[1];
  return (
    causeIn(SENTENCES, message) ??
    (status === undefined ? undefined : causeOfStatus(Number(status))) ??
    // The body of a 400 is passed on as it is: what it holds is the request's fault.
    (status === undefined && message.startsWith("{") ? undefined : causeIn(PROVIDERS, message)) ??
    "task"
  );
}

/** The limit a failure tells of, if it does. Of a window's reset codex gives only the local time of day. */
export function limitOf(message: string, state: "retrying" | "rejected"): CoderEvent | undefined {
  const scope = causeOf(message);
  return isPassing(scope) ? limitSaid(state, scope, message) : undefined;
}

const RECONNECTING = /^Reconnecting\.\.\. (?:\d+\/\d+ \((.*)\)|(waiting for network))$/s;

/** The cause of codex's retry, if the line is such a notice. */
export function retriedFor(message: string): string | undefined {
  const [, why, network] = RECONNECTING.exec(message) ?? [];
  return why ?? network;
}
