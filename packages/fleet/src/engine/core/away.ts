/**
 * Time in which an attempt could do nothing: its processes were frozen (SIGSTOP, docker pause), or all of the machine with
 * whoever watches was. It counts against nothing: what is reckoned from a time on disk leaves it out, and the times that
 * are only remembered move on by it. Pure.
 */
import { covered, type Span } from "../../attempts/records/waits.ts";
import type { Attempt, State } from "./attempt.ts";
import { lifeLater } from "./life.ts";

/** Milliseconds since `since`, a monotonic time, in which it was away. */
export const awaySince = ({ away }: Pick<Attempt, "away">, since: number): number =>
  covered(away.filter(({ to }) => to > since).map(({ from, to }) => ({ from: Math.max(from, since), to })));

export function passOver<A extends Attempt>(attempt: A, span: Span): A {
  const away = [...attempt.away, span];
  // What two watchers saw counts once.
  const more = awaySince({ away }, span.from) - awaySince(attempt, span.from);
  return { ...attempt, away, state: later(attempt.state, more) };
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
