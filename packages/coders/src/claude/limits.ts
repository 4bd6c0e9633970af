/** Limits and causes, from claude's own fields, then from the sentences that it writes in the model's place. */
import type * as z from "zod/mini";
import { type Cause, causeIn, causeOfStatus, isPassing, PROVIDERS } from "../cause.ts";
import { limitSaid, onOurClock } from "../clock.ts";
import type { CoderEvent, WindowState } from "../events.ts";
import { SENTENCES } from "./sentences.ts";
import type { ApiRetry, RateLimit, Result } from "./schema.ts";

/** `rate_limit_event`: a subscription's window (five_hour, seven_day). `allowed` is no limit. */
export function ofRateLimit(line: z.output<typeof RateLimit>): readonly CoderEvent[] {
  const { status, resetsAt, rateLimitType, utilization, isUsingOverage } = line.rate_limit_info;
  // A used-up window with paid overage continues: no refusal, but worth a warning.
  const refused = status === "rejected" && isUsingOverage !== true;
  const state = refused ? "rejected" : status === "allowed" ? undefined : "warning";
  if (state === undefined) return [];
  const until = resetsAt === undefined ? undefined : isoSeconds(resetsAt);
  const used = utilization === undefined ? "" : `, ${Math.round(utilization * 100)} % used`;
  return [
    {
      kind: "limit",
      state,
      scope: "window",
      ...(until === undefined ? {} : { until }),
      ...(rateLimitType === undefined ? {} : { window: rateLimitType }),
      ...(utilization === undefined ? {} : { utilization }),
      detail: `${rateLimitType ?? "usage"} limit ${status}${used}`,
    },
  ];
}

/** The windows that such a line tells of: all of them where it names all, else the one that it is about. */
export function windowsOf({
  rate_limit_info: info,
}: z.output<typeof RateLimit>): Readonly<Record<string, WindowState>> {
  const { unifiedWindows, rateLimitType, status, resetsAt, utilization } = info;
  const about = rateLimitType === undefined ? {} : { [rateLimitType]: { status, resetsAt, utilization } };
  return Object.fromEntries(
    Object.entries({ ...about, ...unifiedWindows }).map(([name, window]) => {
      const until = window.resetsAt === undefined ? undefined : isoSeconds(window.resetsAt);
      return [
        name,
        {
          status: window.status ?? "unknown",
          ...(window.utilization === undefined ? {} : { utilization: window.utilization }),
          ...(until === undefined ? {} : { until }),
        },
      ];
    }),
  );
}

/** With an API key claude tries a 429, a 529 and a 401 ten times, for about three minutes, before it gives up. */
export function ofRetry(line: z.output<typeof ApiRetry>): CoderEvent {
  const { attempt, max_retries, error_status, error } = line;
  const detail = `retry ${attempt ?? "?"} of ${max_retries ?? "?"}: ${error ?? "unknown"} (status ${error_status ?? "none"})`;
  const cause = (error === undefined ? undefined : OF_ERROR.get(error)) ?? causeOfStatus(error_status);
  // No status: the API was not reached, or did not answer in time.
  const scope = cause ?? (error_status === undefined ? "outage" : undefined);
  return isPassing(scope) ? { kind: "limit", state: "retrying", scope, detail } : { kind: "error", message: detail };
}

/** The `error` of a line that claude writes in the model's place, and its more exact `api_error`. */
const OF_ERROR: ReadonlyMap<string, Cause> = new Map([
  ["usage_limit_reached", "window"],
  ["connection_failed", "outage"],
  ["tool_history_mismatch", "poisoned-session"],
  ["authentication_failed", "sign-in"],
  // A used-up credit balance comes as status 400; only this word tells it from a malformed request.
  ["billing_error", "credit"],
  ["rate_limit", "minute"],
  ["overloaded", "outage"],
  ["server_error", "outage"],
]);

const OF_TERMINAL: ReadonlyMap<string, Cause> = new Map([
  ["prompt_too_long", "context"],
  ["max_turns", "turns"],
  ["budget_exhausted", "budget"],
]);

/** `said`: its text; `apiError`: the `error` of the line claude wrote in the model's place just before. */
export function causeOf(line: z.output<typeof Result>, said: string, apiError: string | undefined): Cause {
  const { terminal_reason = "", api_error = "", api_error_status } = line;
  return (
    OF_TERMINAL.get(terminal_reason) ??
    causeIn(SENTENCES, said) ??
    OF_ERROR.get(api_error) ??
    OF_ERROR.get(apiError ?? "") ??
    causeOfStatus(api_error_status) ??
    // Words that only an API's error has: of what a model is made to say nothing is looked for.
    (terminal_reason === "api_error" ? causeIn(PROVIDERS, said) : undefined) ??
    "task"
  );
}

/** A limit that is told in words alone ("You've hit your session limit · resets 3am (Europe/Berlin)", or with seconds since 1970). */
export function ofWords(cause: Cause, said: string): readonly CoderEvent[] {
  if (cause !== "window") return [];
  const seconds = /\blimit reached\|(\d{9,11})\b/.exec(said)?.[1];
  const until = seconds === undefined ? undefined : isoSeconds(Number(seconds));
  const limit = limitSaid("rejected", "window", said, until);
  // Its older versions name no zone; whoever names neither that nor a date means the next such time.
  return [limit.clock === undefined ? limit : { ...limit, clock: onOurClock(limit.clock) }];
}

/** Undefined for a number that is no date. */
function isoSeconds(seconds: number): string | undefined {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
