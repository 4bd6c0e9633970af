/**
 * The circuit breaker: so many failures to start in a row hold back what would only fail again. After a pause one attempt is
 * let through; a success closes the breaker, a failure doubles the pause. Each failure has one culprit, and nothing beside
 * it is held: a coder that is not found where it is looked for, or a directory that is gone. Signing in is a matter of the
 * account, which waits (accounts/park.ts). Pure; breaker-file.ts keeps the state.
 */
import { counted } from "@fleet/kit/figures";

export interface Breaker {
  /** Failures in a row. */
  readonly failures: number;
  /** The reason of the last of them. */
  readonly reason: string;
  /** Wall time of the first failure of the last burst; undefined where a version before this one counted. */
  readonly failedAt?: number | undefined;
  /** Milliseconds since 1970 at which one attempt is let through; undefined while it is closed. */
  readonly probeAt?: number | undefined;
}

export interface Breakers {
  /** Keyed by `coderKey`. */
  readonly coders: Readonly<Record<string, Breaker>>;
  /** Keyed by the directory in the attempt's record. */
  readonly dirs: Readonly<Record<string, Breaker>>;
  /** Keyed by the directory of the project whose setup fails. */
  readonly setups?: Readonly<Record<string, Breaker>> | undefined;
}

export const CLOSED: Breakers = { coders: {}, dirs: {} };

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Milliseconds until the first probe. */
  readonly pause: number;
  /** Failures within so many milliseconds are one: what started together fails together. */
  readonly burst: number;
}

/** Which coder, and where it is looked for: the same coder on another task's PATH may well be there. */
export interface Looked {
  readonly coder: string;
  /** The PATH of the task, or the directory where the command is relative to it; empty for the supervisor's PATH. */
  readonly path?: string | undefined;
}

export const coderKey = ({ coder, path = "" }: Looked): string => (path === "" ? coder : `${coder}\n${path}`);
const coderOfKey = (key: string): string => key.split("\n", 1)[0] ?? key;

/** How an attempt's end counts for its coder, directory and setup. */
export type Sign =
  | { readonly kind: "coder-missing"; readonly reason: string }
  | { readonly kind: "directory-gone"; readonly reason: string }
  /** The command that sets up the workspaces of its project did not succeed. */
  | { readonly kind: "setup-failed"; readonly reason: string }
  /** The coder was started in that directory. */
  | { readonly kind: "started" }
  | { readonly kind: "nothing" };

/** The pause never grows beyond this many times the first one. */
const LONGEST = 8;

/** With what an attempt began, or would have: who is the culprit where it could not. */
export interface Begun {
  readonly looked: Looked;
  readonly dir: string;
  /** The project whose setup it ran; undefined where it ran none. */
  readonly setup?: string | undefined;
}

/** The breakers after one more attempt. */
export function after(
  breakers: Breakers,
  { looked, dir, setup }: Begun,
  sign: Sign,
  settings: BreakerSettings,
  wall: number,
): Breakers {
  const key = coderKey(looked);
  if (sign.kind === "setup-failed") return afterSetup(breakers, setup ?? dir, sign, settings, wall);
  // Whatever came of the rest, its setup did its work.
  const known = setup === undefined ? breakers : withSetups(breakers, without(breakers.setups ?? {}, setup));
  const { coders, dirs } = known;
  switch (sign.kind) {
    case "nothing":
      return known;
    case "started":
      return { ...known, coders: without(coders, key), dirs: without(dirs, dir) };
    case "coder-missing":
      return { ...known, coders: { ...coders, [key]: failed(coders[key], sign.reason, settings, wall) } };
    case "directory-gone":
      return { ...known, dirs: { ...dirs, [dir]: failed(dirs[dir], sign.reason, settings, wall) } };
  }
}

function afterSetup(
  breakers: Breakers,
  project: string,
  { reason }: Extract<Sign, { kind: "setup-failed" }>,
  settings: BreakerSettings,
  wall: number,
): Breakers {
  const { setups = {} } = breakers;
  // It ran to its end, so once is enough.
  const one = failed(setups[project], reason, { ...settings, failures: 1 }, wall);
  return withSetups(breakers, { ...setups, [project]: one });
}

const withSetups = ({ coders, dirs }: Breakers, setups: Readonly<Record<string, Breaker>>): Breakers =>
  Object.keys(setups).length === 0 ? { coders, dirs } : { coders, dirs, setups };

function failed(before: Breaker | undefined, reason: string, settings: BreakerSettings, wall: number): Breaker {
  // An attempt that fails after the pause is the probe, however short the pause.
  const isProbe = before?.probeAt !== undefined && before.probeAt <= wall;
  const isSame = before?.failedAt !== undefined && Math.abs(wall - before.failedAt) < settings.burst;
  if (before !== undefined && isSame && !isProbe) return { ...before, reason };
  const failures = (before?.failures ?? 0) + 1;
  const counted = { failures, reason, failedAt: wall };
  if (failures < settings.failures) return counted;
  const doubled = settings.pause * 2 ** Math.min(failures - settings.failures, Math.log2(LONGEST));
  return { ...counted, probeAt: wall + doubled };
}

function without(all: Readonly<Record<string, Breaker>>, name: string): Record<string, Breaker> {
  return Object.fromEntries(Object.entries(all).filter(([known]) => known !== name));
}

/** When each open one lets one attempt through, by its key: what `plan` goes by. */
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

/** An open breaker and its name for people. */
export interface Open {
  readonly kind: "coder" | "directory" | "setup";
  readonly key: string;
  readonly what: string;
  readonly breaker: Breaker;
}

export function openBreakers({ coders, dirs, setups = {} }: Breakers): Open[] {
  const open = (kind: Open["kind"], all: Readonly<Record<string, Breaker>>): Open[] =>
    Object.entries(all)
      .filter(([, { probeAt }]) => probeAt !== undefined)
      .map(([key, breaker]) => ({ kind, key, what: kind === "coder" ? coderOfKey(key) : key, breaker }));
  return [...open("coder", coders), ...open("directory", dirs), ...open("setup", setups)];
}

/** "claude: 5 failed starts in a row"; "the setup of /src/web failed 2 times in a row". */
export const failedStarts = (kind: Open["kind"], what: string, failures: number): string =>
  kind === "setup"
    ? `the setup of ${what} failed${failures === 1 ? "" : ` ${failures} times in a row`}`
    : `${what}: ${counted(failures, "failed start")} in a row`;

export function inWords({ kind, what, breaker: { failures, reason, probeAt } }: Omit<Open, "key">): string {
  const when = probeAt === undefined ? "" : `; next try at ${new Date(probeAt).toISOString()}`;
  return `${failedStarts(kind, what, failures)}${when}: ${reason}`;
}
