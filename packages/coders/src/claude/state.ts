/** The state of the decoder of claude's stream between lines. */
import type { Counted } from "../coder.ts";
import type { OpenTools } from "../tools.ts";

export interface ClaudeState {
  /** Tools that began, by id: a tool_result has only the id. */
  readonly open: OpenTools;
  /** The model of the main conversation, whose window counts. */
  readonly model?: string;
  /** The `error` of the last line claude wrote in the model's place: the cause of the result that follows. */
  readonly apiError?: string;
  /** A result was given, and nothing of the session has come since. */
  readonly ended: boolean;
  /** The last limit that its own event told of was a refusal. */
  readonly refused: boolean;
  /** The usage windows as last told, as text: they are said of every request, and are news only when they change. */
  readonly windows?: string;
  /** Messages counted last, by conversation ("" the main one, else the tool use a subagent belongs to). */
  readonly counted: Readonly<Record<string, readonly string[]>>;
  /** Answers in the main conversation. */
  readonly turns: number;
  /** Usage of the requests since the last result. */
  readonly running: Running;
  /** The totals of this run, from results. */
  readonly settled: Counted;
  /** Usage of this session that earlier runs counted. */
  readonly earlier: Counted;
  /** It continues a session of which it is known what was counted. */
  readonly resumed: boolean;
  /** The price of an input token, if this run or an earlier one reported it. */
  readonly price?: number;
}

export interface Running {
  readonly input: number;
  /** As far as what was printed tells. */
  readonly output: number;
  /** See price.ts. */
  readonly weight: number;
}

export const NOTHING_RUNNING: Running = { input: 0, output: 0, weight: 0 };

export function start(counted?: Counted, price?: number): ClaudeState {
  return {
    open: {},
    ended: false,
    refused: false,
    counted: {},
    turns: 0,
    running: NOTHING_RUNNING,
    settled: { input: 0, output: 0, costUsd: 0 },
    earlier: counted ?? { input: 0, output: 0, costUsd: 0 },
    resumed: counted !== undefined,
    ...(price === undefined ? {} : { price }),
  };
}
