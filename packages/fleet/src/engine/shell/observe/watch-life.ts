/** Watches whether a running attempt works, waits or hangs: from its signs of life and what it says to a verdict. */
import type { Issue } from "@fleet/store/issue";

import { lastStderr } from "../../../attempts/records/output.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { recordOf } from "../../core/attempt.ts";
import { isSilent, type Life, withoutSample } from "../../core/life.ts";
import { type Liveness, liveness, type Observation, type Open } from "../../core/liveness.ts";
import { runSettings } from "./run-settings.ts";
import { lifeNow, sampled } from "./signs-of-life.ts";
import type { Vitals } from "./vitals.ts";

const NEVER = { hungAfter: Infinity, stopWaitingAfter: Infinity };

/** What it needs of the supervisor. */
type Watcher = Pick<Context, "clock" | "config" | "tuning">;

export interface Seen {
  readonly issue: Issue | undefined;
  /** What was known of its signs of life. */
  readonly life: Life | undefined;
  /** What it asks a person by `fleet ask`, and waits. */
  readonly asks: string | undefined;
  /** The process, or group, from which its tree is found. */
  readonly leader: () => number;
  readonly vitals: Pick<Vitals, "at">;
  /** Milliseconds since the machine's start. */
  readonly uptime: number;
}

export interface Watched {
  readonly life: Life;
  readonly verdict: Liveness;
  /** Why thresholds that are written on the task are not kept. */
  readonly problem: string | undefined;
}

export function watchLife(context: Watcher, handle: Handle, seen: Seen): Watched {
  const { thresholds: written, problem } = runSettings(context, handle, seen.issue);
  // A coder that prints nothing but its answer is silent for as long as it works (agy, a declared one without events).
  const isTold = handle.open.coder?.capabilities.reportsTools !== false;
  const told = isTold ? written : { ...written, hungAfter: Infinity };
  // What is written on a task that can't be read is not known, and nothing is stopped on that.
  const thresholds = seen.issue === undefined ? { ...told, ...NEVER } : told;
  const now = context.clock.monotonic();
  const heard = heardNow(context, handle, seen);
  const life = isSilent(heard, thresholds, now)
    ? sampled(handle, heard, thresholds, { ...seen, now })
    : withoutSample(heard);
  const verdict = liveness(observed(context, handle, life, { asks: seen.asks, now }), thresholds);
  return { life, verdict, problem };
}

function heardNow({ clock, config }: Watcher, handle: Handle, { life, uptime }: Pick<Seen, "life" | "uptime">): Life {
  return lifeNow(handle, life, {
    now: clock.monotonic(),
    uptime,
    wall: clock.wall(),
    pollInterval: config().poll_interval,
  });
}

interface StillOpen {
  readonly life: Life;
  readonly is: boolean;
  readonly acts: number | undefined;
}

/**
 * Whether something of an attempt is open though its work is over: a tool, background work, words that come, a child that
 * began after its last word, or its script as a whole. What is silent for so long that it would be called quiet is not,
 * unless its stream says that it is in a tool. `actsBefore`: what it had done by the last such look.
 */
export function lookOpen(
  context: Watcher,
  handle: Handle,
  actsBefore: number | undefined,
  seen: Omit<Seen, "asks">,
): StillOpen {
  const now = context.clock.monotonic();
  const { thresholds } = runSettings(context, handle, seen.issue);
  // Looked at often enough to be seen within the grace.
  const workingWithin = Math.min(thresholds.workingWithin, context.tuning.finishGrace);
  const heard = heardNow(context, handle, seen);
  const life = sampled(handle, heard, { ...thresholds, workingWithin }, { ...seen, now });
  const { coder, tail } = handle.open;
  const acts = tail?.facts.acts;
  const acted = acts !== undefined && actsBefore !== undefined && acts !== actsBefore;
  const isInTool = tail !== undefined && (tail.facts.toolsOpen.length > 0 || tail.facts.background > 0);
  const isScript = coder?.capabilities.exitZero === "done";
  const isQuiet = now - Math.max(life.eventAt, life.grewAt, life.busyAt) >= thresholds.quietAfter;
  const stirs = !isQuiet && (isScript || (childrenAtWork(handle, life) ?? 0) > 0);
  return { life, is: acted || isInTool || stirs, acts };
}

function observed(
  context: Watcher,
  handle: Handle,
  life: Life,
  { asks, now }: { readonly asks: string | undefined; readonly now: number },
): Observation {
  const facts = handle.open.tail?.facts;
  const open = openIn(context, handle, now);
  const asked = open === undefined ? life.sample?.asked : undefined;
  const prompted = asked?.isPrompt === true ? asked : undefined;
  return {
    now,
    watchedSince: life.watchedSince,
    eventAt: life.eventAt,
    grewAt: life.grewAt,
    busyAt: life.busyAt,
    beatAt: life.beatAt,
    open,
    children: childrenAtWork(handle, life),
    waiting: asks === undefined ? (facts?.waiting ?? prompted) : { for: "answer", text: asks },
    limited: facts?.retrying?.detail ?? retriedOnStderr(handle),
    seemsToAsk: asked,
    last: facts?.lastAction ?? "",
  };
}

/** For a coder whose stream does not tell that it tries again. */
function retriedOnStderr({ dir, open: { coder } }: Handle): string | undefined {
  return coder?.retriesFor === undefined ? undefined : coder.retriesFor(lastStderr(dir, RETRY_WORDS))?.detail;
}

const RETRY_WORDS = 4_096;

/**
 * Before the first thing that a coder does which tells when its tools begin, it has started no tool: what it started are
 * servers for it (codex starts those of MCP in groups of their own, after its first line).
 */
function childrenAtWork({ open: { coder, tail } }: Handle, { sample }: Life): number | undefined {
  const isBefore = coder?.capabilities.reportsToolStarts === true && tail?.facts.lastAction === "";
  return isBefore && sample?.children !== undefined ? 0 : sample?.children;
}

/** The oldest tool that is open, or the background work; a script as a whole is one. */
function openIn({ clock }: Watcher, handle: Handle, now: number): Open | undefined {
  const { coder, tail } = handle.open;
  const started = recordOf(handle)?.monotonic ?? now;
  if (coder?.capabilities.exitZero === "done") return { what: "its script", since: started };
  const { toolsOpen = [], background = 0 } = tail?.facts ?? {};
  const [first, ...others] = toolsOpen;
  if (first !== undefined) {
    const name = first.summary === "" ? first.tool : `${first.summary} (${first.tool})`;
    const began = tail?.began(first.id);
    const since = began === undefined ? started : Math.max(started, now - Math.max(0, clock.wall() - began));
    return { what: others.length === 0 ? name : `${name} and ${others.length} more`, since };
  }
  if (background === 0) return undefined;
  return { what: background === 1 ? "a background task" : `${background} background tasks`, since: started };
}
