/** Spending, and its share of a daily limit. Pure. */
import type { DailyCap } from "../../settings/accounts/schema.ts";
import { short, tokensText, usdText } from "@fleet/kit/figures";
import type { Spent } from "../records/spent.ts";

export interface Capped {
  readonly name: string;
  readonly cap: DailyCap | undefined;
  readonly spent: Spent;
}

/** 1 is all of it; undefined without a limit. */
export function share({ cap, spent }: Capped): number | undefined {
  const shares = [
    ...(cap?.usd === undefined ? [] : [spent.usd / cap.usd]),
    ...(cap?.tokens === undefined ? [] : [spent.tokens / cap.tokens]),
  ];
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/** "$4.10 of $5.00", for whichever limit is nearer. */
export function shareText({ cap, spent }: Capped): string {
  const ofUsd = cap?.usd === undefined ? -1 : spent.usd / cap.usd;
  const ofTokens = cap?.tokens === undefined ? -1 : spent.tokens / cap.tokens;
  if (ofUsd >= ofTokens) return `${usdText(spent.usd)} of ${usdText(cap?.usd ?? 0)} today`;
  return `${short(spent.tokens)} of ${tokensText(cap?.tokens ?? 0)} today`;
}

export function total(spent: ReadonlyMap<string, Spent>): Spent {
  const all = [...spent.values()];
  return { tokens: all.reduce((sum, one) => sum + one.tokens, 0), usd: all.reduce((sum, one) => sum + one.usd, 0) };
}
