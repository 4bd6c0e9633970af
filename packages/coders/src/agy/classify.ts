import type { Classification, CoderExit } from "../coder.ts";
import type { Facts } from "../facts.ts";
import { classifyExit } from "../verdict.ts";

/** Exit 0 without a word is not an answer. */
export function classify(exit: CoderExit, facts: Facts, stderrTail: string): Classification {
  const verdict = classifyExit(exit, facts, stderrTail);
  return verdict.kind === "completed" && facts.lastText === ""
    ? { kind: "failed", cause: "task", reason: "ended without a word" }
    : verdict;
}
