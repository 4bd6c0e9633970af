/** Limits and causes, from claude's own fields, never from its prose. */
import type * as z from "zod/mini";
import type { CoderEvent, ResultCause, WindowState } from "../events.ts";
import { causeOfStatus } from "../verdict.ts";
import type { ApiRetry, RateLimit, Result } from "./schema.ts";

/** `rate_limit_event`: a subscription's window (five_hour, seven_day). `allowed` is no limit. */
export function ofRateLimit(line: z.output<typeof RateLimit>): readonly CoderEvent[] {
  const { status, resetsAt, rateLimitType, utilization, isUsingOverage } = line.rate_limit_info;
  // A used-up window with paid overage goes on: no refusal, but worth a warning.
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
  const cause = error === "overloaded" ? "overload" : causeOfStatus(error_status);
  if (cause === "rate-limit") return { kind: "limit", state: "retrying", scope: "minute", detail };
  if (cause === "overload") return { kind: "limit", state: "retrying", scope: "overload", detail };
  return { kind: "error", message: detail };
}

/** `apiError` is the `error` of the line claude wrote in the model's place just before. */
export function causeOf(line: z.output<typeof Result>, apiError: string | undefined): ResultCause {
  switch (line.terminal_reason ?? "") {
    case "prompt_too_long":
      return "context-full";
    case "max_turns":
      return "turns";
    case "budget_exhausted":
      return "budget";
    default:
      return causeOfError(apiError) ?? causeOfStatus(line.api_error_status);
  }
}

/** A used-up credit balance comes as status 400; only this word tells it from a malformed request. */
function causeOfError(error: string | undefined): ResultCause | undefined {
  switch (error ?? "") {
    case "authentication_failed":
    case "billing_error":
      return "auth";
    case "rate_limit":
      return "rate-limit";
    default:
      return undefined;
  }
}

/** Undefined for a number that is no date. */
function isoSeconds(seconds: number): string | undefined {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
