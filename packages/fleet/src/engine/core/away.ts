/**
 * Time in which an attempt could do nothing: its processes were frozen (SIGSTOP, docker pause), or all of the machine with
 * whoever watches was. It counts against nothing: what is reckoned from a time on disk leaves it out, and the times that
 * are only remembered move on by it. Pure.
 */
import { covered, type Span } from "../../attempts/records/waits.ts";
import type { Attempt, State } from "./attempt.ts";
import { lifeLater } from "./life.ts";

export interface Away {
  readonly spans: readonly Span[];
  /** When it was last seen stopped; undefined if it was not at the last check. Monotonic. */
  readonly frozenAt: number | undefined;
}

export const NEVER_AWAY: Away = { spans: [], frozenAt: undefined };

/** How much of it is on disk. */
export interface AwayKept {
  readonly millis: number;
  readonly isFrozen: boolean;
}

export const keptOf = ({ spans, frozenAt }: Away): AwayKept => ({
  millis: covered(spans),
  isFrozen: frozenAt !== undefined,
});

/** So many milliseconds of it may be lost with a supervisor. */
const WORTH_KEEPING = 5_000;

/** The part to write down; undefined if the file has enough. */
export function awayToKeep({ away: spans, awayKept: kept, state }: Attempt): Away | undefined {
  const frozen = state.kind === "running" || state.kind === "verifying" ? state.frozen : undefined;
  const away: Away = { spans, frozenAt: frozen?.is === true ? frozen.at : undefined };
  const { millis, isFrozen } = keptOf(away);
  return isFrozen !== kept.isFrozen || millis - kept.millis >= WORTH_KEEPING ? away : undefined;
}

/** Milliseconds since `since`, a monotonic time, in which it was away. */
export const awaySince = ({ away }: Pick<Attempt, "away">, since: number): number =>
  covered(away.filter(({ to }) => to > since).map(({ from, to }) => ({ from: Math.max(from, since), to })));

export function passOver<A extends Attempt>(attempt: A, span: Span): A {
  const away = withSpan(attempt.away, span);
  // Time that two watchers saw counts once.
  const more = awaySince({ away }, span.from) - awaySince(attempt, span.from);
  return { ...attempt, away, state: later(attempt.state, more) };
}

/** A span that begins where the last one ends is joined to it: a stopped process tree is looked at each second. */
function withSpan(spans: readonly Span[], span: Span): readonly Span[] {
  const last = spans.at(-1);
  if (last === undefined || span.from < last.from || span.from > last.to) return [...spans, span];
  return [...spans.slice(0, -1), { from: last.from, to: Math.max(last.to, span.to) }];
}

function later(state: State, by: number): State {
  const move = (at: number | undefined): number | undefined => (at === undefined ? undefined : at + by);
  switch (state.kind) {
    case "running":
      return {
        ...state,
        termedAt: move(state.termedAt),
        killedAt: move(state.killedAt),
        finishedAt: move(state.finishedAt),
        resultAt: move(state.resultAt),
        openAt: move(state.openAt),
        grew: { ...state.grew, at: state.grew.at + by },
        life: state.life === undefined ? undefined : lifeLater(state.life, by),
      };
    case "verifying":
      return { ...state, termedAt: move(state.termedAt) };
    case "claimed":
    case "launching":
    case "elsewhere":
    case "fenced":
    case "ending":
    case "judged":
      return state;
  }
}
