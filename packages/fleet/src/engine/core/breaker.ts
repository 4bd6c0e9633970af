/**
 * The circuit breaker of a coder and of a project's directory: so many spawn or sign-in failures in a row hold back what
 * would only fail again. After a pause one attempt is let through; a success closes the breaker, a failure doubles the
 * pause. Pure; breaker-file.ts keeps the state.
 */
export interface Breaker {
  /** Failures in a row. */
  readonly failures: number;
  /** What the last of them said. */
  readonly reason: string;
  /** Milliseconds since 1970 at which one attempt is let through; undefined while it is closed. */
  readonly probeAt?: number | undefined;
}

/** By name of the coder, and by the directory as the attempt's record has it. */
export interface Breakers {
  readonly coders: Readonly<Record<string, Breaker>>;
  readonly dirs: Readonly<Record<string, Breaker>>;
}

export const CLOSED: Breakers = { coders: {}, dirs: {} };

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Milliseconds until the first probe. */
  readonly pause: number;
}

export interface Verdict {
  readonly coder: string;
  readonly dir: string;
  /** The directory is missing or no directory: no coder is to blame. */
  readonly isDirGone: boolean;
  readonly kind: "failure" | "success" | "nothing";
  readonly reason: string;
}

/** The pause never grows beyond this many times the first one. */
const LONGEST = 8;

/**
 * The breakers after one more attempt. Where one failure would open both, the coder's opens: a directory is to blame when
 * it is gone, or when the coder works elsewhere (which starts the coder's row anew) and fails there again and again.
 */
export function after(breakers: Breakers, verdict: Verdict, settings: BreakerSettings, wall: number): Breakers {
  const { coder, dir, reason } = verdict;
  switch (verdict.kind) {
    case "nothing":
      return breakers;
    case "success":
      return { coders: without(breakers.coders, coder), dirs: without(breakers.dirs, dir) };
    case "failure": {
      const ofDir = failed(breakers.dirs[dir], reason, settings, wall);
      if (verdict.isDirGone) return { coders: breakers.coders, dirs: { ...breakers.dirs, [dir]: ofDir } };
      const ofCoder = failed(breakers.coders[coder], reason, settings, wall);
      const coders = { ...breakers.coders, [coder]: ofCoder };
      const wasOpen = breakers.dirs[dir]?.probeAt !== undefined;
      const kept = ofCoder.probeAt !== undefined && !wasOpen ? breakers.dirs : { ...breakers.dirs, [dir]: ofDir };
      return { coders, dirs: kept };
    }
  }
}

function failed(before: Breaker | undefined, reason: string, settings: BreakerSettings, wall: number): Breaker {
  const failures = (before?.failures ?? 0) + 1;
  if (failures < settings.failures) return { failures, reason };
  const doubled = settings.pause * 2 ** Math.min(failures - settings.failures, Math.log2(LONGEST));
  return { failures, reason, probeAt: wall + doubled };
}

function without(all: Readonly<Record<string, Breaker>>, name: string): Record<string, Breaker> {
  return Object.fromEntries(Object.entries(all).filter(([known]) => known !== name));
}

/** When each open one lets one attempt through, by name: what `plan` goes by. */
export function probes(
  all: Readonly<Record<string, Breaker>>,
  settings: BreakerSettings,
  wall: number,
): Record<string, number> {
  const open: Record<string, number> = {};
  for (const [name, { probeAt }] of Object.entries(all)) {
    if (probeAt === undefined) continue;
    // Further away than it ever sets one: the clock was set back since.
    open[name] = probeAt - wall > settings.pause * LONGEST ? wall : probeAt;
  }
  return open;
}

/** `claude failed 5 times in a row: …; tried again at …`: the open ones in words. */
export function openBreakers({ coders, dirs }: Breakers): { readonly what: string; readonly breaker: Breaker }[] {
  return [...Object.entries(coders), ...Object.entries(dirs)]
    .filter(([, { probeAt }]) => probeAt !== undefined)
    .map(([what, breaker]) => ({ what, breaker }));
}

export function inWords(what: string, { failures, reason, probeAt }: Breaker): string {
  const when = probeAt === undefined ? "" : `; one attempt from ${new Date(probeAt).toISOString()}`;
  return `${what} failed to start ${failures} times in a row${when}: ${reason}`;
}
