/**
 * What tokens weigh, in those of plain input: a model's prices are in the same proportion for all of claude's models, so that the
 * cost of one run that has ended gives the price of them all (checked against the costs in the recordings). claude tells its cost
 * with its result alone, and a run that was killed has none.
 */
import type * as z from "zod/mini";
import type { ModelUsages } from "./schema.ts";

interface Tokens {
  readonly input?: number | undefined;
  readonly cacheRead?: number | undefined;
  /** Written to the cache for five minutes. One that is kept for an hour costs 2, and is told apart only at the end. */
  readonly cacheWrite?: number | undefined;
  readonly output?: number | undefined;
}

export const weightOf = ({ input = 0, cacheRead = 0, cacheWrite = 0, output = 0 }: Tokens): number =>
  input + 0.1 * cacheRead + 1.25 * cacheWrite + 5 * output;

/** The price of an input token, from a run's report on one model; undefined if it cost nothing. */
export function priceIn(usages: z.output<typeof ModelUsages>, model: string | undefined): number | undefined {
  const of = (model === undefined ? undefined : usages[model]) ?? Object.values(usages)[0];
  if (of === undefined) return undefined;
  const { inputTokens: input, outputTokens: output, cacheReadInputTokens: cacheRead } = of;
  const weight = weightOf({ input, output, cacheRead, cacheWrite: of.cacheCreationInputTokens });
  const price = (of.costUSD ?? 0) / weight;
  return price > 0 && Number.isFinite(price) ? price : undefined;
}

/** English and code have three to four characters a token: what is reckoned so is rather too little. */
const CHARACTERS = 4;

/** Tokens of the words and calls of an answer, whose lines name those at its start alone. */
export const tokensIn = (content: readonly unknown[]): number =>
  Math.floor(content.reduce<number>((sum, block) => sum + lengthOf(block), 0) / CHARACTERS);

function lengthOf(block: unknown): number {
  if (typeof block !== "object" || block === null) return 0;
  if ("text" in block && typeof block.text === "string") return block.text.length;
  if ("thinking" in block && typeof block.thinking === "string") return block.thinking.length;
  return "input" in block ? JSON.stringify(block.input ?? "").length : 0;
}
