/** The limits of a task's attempts, as data: what may be limited, as a person writes it and as the program uses it. */
import { parseDuration, written as writtenDuration } from "@fleet/kit/duration";

/**
 * timeout: milliseconds one attempt may run · idle: milliseconds in which nothing comes from it · turns: answers of the
 * model in one attempt · tokens, usd: what all attempts of the task may use together, since that is what it costs.
 */
export const LIMITS = ["timeout", "idle", "turns", "tokens", "usd"] as const;
export type LimitName = (typeof LIMITS)[number];

/** What is not in it is not limited. */
export type Limits = { readonly [name in LimitName]?: number | undefined };

/** A limit in a task's metadata or in config.yaml; `none` lifts one that would hold by default. */
export type WrittenLimits = { readonly [name in LimitName]?: string | number };

export const NONE = "none";

const MULTIPLES: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6 };

/** "2M", "500k", 120: undefined for what is no number above nothing. */
function parseAmount(written: string | number): number | undefined {
  if (typeof written === "number") return written > 0 && Number.isFinite(written) ? written : undefined;
  const [, number, unit = ""] = /^\s*\$?(\d+(?:\.\d+)?)\s*([kM])?\s*$/.exec(written) ?? [];
  const amount = number === undefined ? 0 : Number(number) * (MULTIPLES[unit] ?? 1);
  return amount > 0 ? amount : undefined;
}

const EXAMPLE: Readonly<Record<LimitName, string>> = {
  timeout: "90s, 20m, 4h",
  idle: "90s, 20m, 4h",
  turns: "50",
  tokens: "500k, 2M",
  usd: "0.50, 5",
};

export type ReadLimit =
  | { readonly kind: "limit"; readonly value: number }
  | { readonly kind: "none" }
  | { readonly kind: "bad"; readonly problem: string };

/** One limit as a person wrote it. */
export function readLimit(name: LimitName, written: string | number): ReadLimit {
  if (written === NONE) return { kind: "none" };
  const isTime = name === "timeout" || name === "idle";
  const value = isTime ? parseDuration(written) : parseAmount(written);
  const isWhole = isTime || name === "usd" || Number.isInteger(value);
  if (value === undefined || value <= 0 || !isWhole)
    return { kind: "bad", problem: `${JSON.stringify(written)} is not a limit (write ${EXAMPLE[name]}, or ${NONE})` };
  return { kind: "limit", value };
}

/** The same limit, as it is written down: a duration with its unit, else the number. */
export const asWritten = (name: LimitName, value: number): string | number =>
  name === "timeout" || name === "idle" ? writtenDuration(value) : value;
