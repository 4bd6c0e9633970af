/**
 * Tokens and cost. Measured on a resumed session: `total_cost_usd` and `modelUsage` are cumulative over the session
 * (300 tokens after 200), `model_usage_since_last_result` is the increment (100); the latter is what this run gets.
 */
import { own } from "@fleet/kit/own";
import type * as z from "zod/mini";
import type { Counted } from "../coder.ts";
import type { CoderEvent } from "../events.ts";
import { priceIn, tokensIn, weightOf } from "./price.ts";
import type { Assistant, ModelUsages, Result } from "./schema.ts";
import { type ClaudeState, NOTHING_RUNNING } from "./state.ts";

interface Step {
  readonly state: ClaudeState;
  readonly events: readonly CoderEvent[];
}

/** The usage that a line of an answer adds: its request once per message, and its own tokens; preliminary until the result. */
export function ofMessage(line: z.output<typeof Assistant>, state: ClaudeState): Step {
  const { id, usage, content } = line.message;
  const conversation = line.parent_tool_use_id ?? "";
  const known = own(state.counted, conversation) ?? [];
  const input = usage?.input_tokens ?? 0;
  const [cacheRead, cacheWrite] = [usage?.cache_read_input_tokens ?? 0, usage?.cache_creation_input_tokens ?? 0];
  const held = input + cacheRead + cacheWrite;
  const isFirst = id !== undefined && held > 0 && !known.includes(id);
  const output = tokensIn(content);
  if (!isFirst && output === 0) return { state, events: [] };
  const request = isFirst ? { input, cacheRead, cacheWrite } : {};
  const { running, settled } = state;
  const main = isFirst && conversation === "";
  const next = {
    ...state,
    turns: state.turns + (main ? 1 : 0),
    running: {
      input: running.input + (isFirst ? held : 0),
      output: running.output + output,
      weight: running.weight + weightOf({ ...request, output }),
    },
    ...(isFirst ? { counted: { ...state.counted, [conversation]: [...known, id].slice(-KNOWN) } } : {}),
  };
  const told = {
    input: settled.input + next.running.input,
    output: settled.output + next.running.output,
    ...(state.price === undefined ? {} : { costUsd: settled.costUsd + state.price * next.running.weight }),
  };
  return { state: next, events: [{ kind: "usage", ...told, ...(main ? { context: held, turns: next.turns } : {}) }] };
}

/** A result's usage corrects what was summed up from requests: it has output, cost, subagents and compaction too. */
export function ofResult(line: z.output<typeof Result>, state: ClaudeState): Step {
  const settled = settle(line, state);
  if (settled === undefined) return { state, events: [] };
  const window = windowOf(line.modelUsage ?? {}, state.model);
  const price = priceIn(line.model_usage_since_last_result ?? line.modelUsage ?? {}, state.model);
  const told = price === undefined ? {} : { price };
  return {
    state: { ...state, ...told, running: NOTHING_RUNNING, settled },
    events: [{ kind: "usage", ...settled, ...told, ...(window === undefined ? {} : { window }) }],
  };
}

/** Ids of messages that are remembered in a conversation: those of several answers at once come interleaved. */
const KNOWN = 32;

/**
 * What is new since the result before, or the session's total less what its earlier runs were counted for: the larger of both.
 * A run that was killed had no result, and what it cost is told with that of the run that continues.
 */
function settle(line: z.output<typeof Result>, { settled, earlier, resumed }: ClaudeState): Counted | undefined {
  const { modelUsage, model_usage_since_last_result: increment } = line;
  const added = increment === undefined ? undefined : combine(settled, sum(increment), 1);
  const rest = modelUsage === undefined ? undefined : combine(sum(modelUsage), earlier, -1);
  if (added === undefined || rest === undefined || !resumed) return added ?? rest;
  return {
    input: Math.max(added.input, rest.input),
    output: Math.max(added.output, rest.output),
    costUsd: Math.max(added.costUsd, rest.costUsd),
  };
}

function sum(usages: z.output<typeof ModelUsages>): Counted {
  return Object.values(usages).reduce<Counted>(
    (total, of) => ({
      input: total.input + (of.inputTokens ?? 0) + (of.cacheReadInputTokens ?? 0) + (of.cacheCreationInputTokens ?? 0),
      output: total.output + (of.outputTokens ?? 0),
      costUsd: total.costUsd + (of.costUSD ?? 0),
    }),
    { input: 0, output: 0, costUsd: 0 },
  );
}

function combine(a: Counted, b: Counted, sign: 1 | -1): Counted {
  return {
    input: Math.max(0, a.input + sign * b.input),
    output: Math.max(0, a.output + sign * b.output),
    costUsd: Math.max(0, a.costUsd + sign * b.costUsd),
  };
}

/** The main model's window; a helper model (haiku for titles) may have another. */
function windowOf(usages: z.output<typeof ModelUsages>, model: string | undefined): number | undefined {
  const of = (model === undefined ? undefined : usages[model]) ?? Object.values(usages)[0];
  return of?.contextWindow;
}
