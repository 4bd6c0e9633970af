/** How far the limits of an attempt are used up, and the words for it. Pure. */
import { duration, written } from "@fleet/kit/duration";
import { counted, short, tokensText, usdText } from "@fleet/kit/figures";
import { LIMITS, type LimitName, type Limits } from "../../settings/limits/limits.ts";

/** Milliseconds for times. `tokens` and `usd` of all attempts of the task. What is not known is not measured. */
export type Used = { readonly [name in LimitName]?: number | undefined };

export interface Measure {
  readonly limit: LimitName;
  readonly used: number;
  readonly of: number;
}

/** From here on a person is told. */
const NEAR = 0.8;

export function measures(limits: Limits, used: Used): Measure[] {
  return LIMITS.flatMap((limit) => {
    const of = limits[limit];
    const amount = used[limit];
    return of === undefined || amount === undefined ? [] : [{ limit, used: amount, of }];
  });
}

const share = ({ used, of }: Measure): number => used / of;
/** A turn is counted when it begins, and the last that is allowed may end its tools. */
export const isOver = (measure: Measure): boolean =>
  measure.limit === "turns" ? measure.used > measure.of : share(measure) >= 1;
export const isNear = (measure: Measure): boolean => share(measure) >= NEAR;

/** So many milliseconds until a limit on a time is reached, or near where that is not `told`; Infinity where none is. */
export function nearAt(limits: Limits, used: Pick<Used, "timeout" | "idle">, told: ReadonlySet<LimitName>): number {
  const left = measures(limits, used).map((one) => (told.has(one.limit) ? 1 : NEAR) * one.of - one.used);
  return Math.min(Infinity, ...left);
}

/** "1h55m of 2h00m", "96 of 120 turns", "$4.10 of $5.00": for a person. */
export function measureText({ limit, used, of }: Measure): string {
  switch (limit) {
    case "timeout":
      return `${duration(used)} of ${written(of)}`;
    case "idle":
      return `${duration(used)} of ${written(of)} without a sign`;
    case "turns":
      return `${Math.min(used, of)} of ${counted(of, "turn")}`;
    case "tokens":
      return `${short(used)} of ${tokensText(of)}`;
    case "usd":
      return `${usdText(used)} of ${usdText(of)}`;
  }
}

/** How a person raises it. */
export const FLAG: Readonly<Record<LimitName, string>> = {
  timeout: "--timeout",
  idle: "--max-idle",
  turns: "--max-turns",
  tokens: "--max-tokens",
  usd: "--max-cost",
};
