/**
 * Signals that came from outside and hit several (pure): an agent's `pkill`, a script that tidies up. Of one that is alone
 * nobody can say that it was not the attempt's own.
 */

/** The codes with which a shell tells that a signal ended its child, of signals that are sent to end something. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [129, "SIGHUP"],
  [130, "SIGINT"],
  [131, "SIGQUIT"],
  [137, "SIGKILL"],
  [143, "SIGTERM"],
]);

const signalOfExit = (code: number): string | undefined => SIGNALS.get(code);

/** A signal that fleet did not send. */
export interface Hit {
  /** The attempt's uuid, or the supervisor. */
  readonly who: string;
  readonly signal: string;
  /** Wall time in milliseconds. */
  readonly at: number;
}

export const SUPERVISOR = "supervisor";

/** How an attempt ended, as far as anybody saw. Times are wall time in milliseconds. */
interface End {
  readonly who: string;
  /** It was stopped for a recorded reason: the signal is fleet's own. */
  readonly isStopped: boolean;
  readonly exitCode: number | undefined;
  readonly exitedAt: number | undefined;
  /** Without an exit status its wrapper is gone as well, which nothing but SIGKILL does. */
  readonly vanishedAt: number | undefined;
}

/** Undefined if it ended on its own, by fleet's own signal, or for unknown reasons. */
export function hitOf({ who, isStopped, exitCode, exitedAt, vanishedAt }: End): Hit | undefined {
  if (isStopped) return undefined;
  const signal = exitCode === undefined ? "SIGKILL" : signalOfExit(exitCode);
  const at = exitCode === undefined ? vanishedAt : exitedAt;
  return signal === undefined || at === undefined ? undefined : { who, signal, at };
}

export type Burst =
  /** Others may be ending just now: it is not known yet. */
  | { readonly kind: "open" }
  | { readonly kind: "alone" }
  /** `others`: attempts that the same signal hit in the same moment; `supervisor`: it as well. */
  | { readonly kind: "burst"; readonly signal: string; readonly others: number; readonly supervisor: boolean };

/** `within`: how far apart, in milliseconds, what is hit by one signal ends. */
export function burstOf(hit: Hit, hits: readonly Hit[], within: number, wall: number): Burst {
  const same = hits.filter(({ who, signal, at }) => {
    return who !== hit.who && signal === hit.signal && Math.abs(at - hit.at) <= within;
  });
  const others = new Set(same.map(({ who }) => who));
  if (others.size === 0) {
    // A clock that was set back does not hold it up.
    const passed = wall - hit.at;
    return { kind: passed >= 0 && passed <= within ? "open" : "alone" };
  }
  const supervisor = others.delete(SUPERVISOR);
  return { kind: "burst", signal: hit.signal, others: others.size, supervisor };
}

export function burstWords({ signal, others, supervisor }: Extract<Burst, { kind: "burst" }>): string {
  const attempts = others === 0 ? [] : [`${others} other attempt${others === 1 ? "" : "s"}`];
  const also = [...attempts, ...(supervisor ? ["the supervisor"] : [])].join(" and ");
  return `ended by ${signal} from outside, which hit ${also} at the same time`;
}
