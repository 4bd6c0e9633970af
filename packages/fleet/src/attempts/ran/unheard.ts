/**
 * Whether git's trace is silent about a commit that an attempt may have made all the same: coders may start their tools without the
 * variables of the attempt (`env -i`, codex with `inherit = "core"`), and not every program that commits is git. Pure.
 */
import { LAG, type ToolSpan } from "../protect/spans.ts";
import type { Move } from "./moves.ts";
import type { GitRan } from "./trace.ts";

const SECOND = 1_000;

/**
 * `spans`: of its tools; of a coder that tells of none all the time counts. A tool that ran then, and of which git wrote down
 * nothing, may have made it; one of which it did would have been seen to.
 */
export function isUnheard({ at }: Move, { commands }: GitRan, spans: readonly ToolSpan[] | undefined): boolean {
  const began = at * SECOND;
  const all = spans ?? [{ from: -Infinity, until: Infinity, text: "" }];
  const then = all.filter(({ from, until }) => from - LAG < began + SECOND && began <= until + LAG);
  return then.some(
    ({ from, until }) => !commands.some((command) => from - LAG <= command.at && command.at <= until + LAG),
  );
}
