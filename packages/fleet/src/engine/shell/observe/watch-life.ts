/** Watches whether a running attempt works, waits or hangs: from its signs of life and what it says to a verdict. */
import type { Issue } from "@fleet/store/issue";

import { thresholdsFor } from "../../../settings/liveness.ts";
import { TUNING } from "../../../settings/tuning.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { type Liveness, liveness, type Observation, type Open } from "../../core/liveness.ts";
import { begun, feel, hear, type Life, afterGap } from "./signs-of-life.ts";
import type { Vitals } from "./vitals.ts";

const NEVER = { hungAfter: Infinity, stopWaitingAfter: Infinity };

/** What it needs of the supervisor. */
type Watcher = Pick<Context, "clock" | "config">;

export interface Seen {
  readonly issue: Issue | undefined;
  /** What it asks a person by `fleet ask`, and waits. */
  readonly asks: string | undefined;
  /** The process, or group, from which its tree is found. */
  readonly leader: () => number;
  readonly vitals: Pick<Vitals, "at">;
}

export interface Watched {
  readonly verdict: Liveness;
  /** Why thresholds that are written on the task are not kept. */
  readonly problem: string | undefined;
}

export function watchLife(context: Watcher, handle: Handle, seen: Seen): Watched {
  const config = context.config();
  const coder = handle.record?.coder ?? handle.coderName;
  const { thresholds: written, problems } = thresholdsFor(config.liveness, coder, seen.issue);
  // A coder that prints nothing but its answer is silent for as long as it works (agy, a declared one without events).
  const isTold = handle.coder?.capabilities.reportsTools !== false;
  const told = isTold ? written : { ...written, hungAfter: Infinity };
  // What is written on a task that can't be read is not known, and nothing is stopped on that.
  const thresholds = seen.issue === undefined ? { ...told, ...NEVER } : told;
  const now = context.clock.monotonic();
  const life = (handle.life ??= begun(handle, now, context.clock.wall()));
  afterGap(life, now, config.poll_interval);
  hear(handle, life, now);
  life.lookedAt = now;
  if (now - life.eventAt >= thresholds.workingWithin / 2) feel(handle, life, thresholds, { ...seen, now });
  else life.sample = life.base = undefined;
  const verdict = liveness(observed(context, handle, life, { asks: seen.asks, now }), thresholds);
  return { verdict, problem: problems.length === 0 ? undefined : problems.join("; ") };
}

/**
 * Whether something of an attempt is open though its work is over: a tool, background work, words that come, a child that
 * began after its last word, or its script as a whole. What is silent for so long that it would be called quiet is not,
 * unless its stream says that it is in a tool.
 */
export function isStillOpen(context: Watcher, handle: Handle, seen: Omit<Seen, "asks">): boolean {
  const config = context.config();
  const now = context.clock.monotonic();
  const { thresholds } = thresholdsFor(config.liveness, handle.record?.coder ?? handle.coderName, seen.issue);
  const life = (handle.life ??= begun(handle, now, context.clock.wall()));
  afterGap(life, now, config.poll_interval);
  hear(handle, life, now);
  life.lookedAt = now;
  // Looked at often enough to be seen within the grace.
  feel(
    handle,
    life,
    { ...thresholds, workingWithin: Math.min(thresholds.workingWithin, TUNING.finishGrace) },
    { ...seen, now },
  );
  const facts = handle.tail?.facts;
  const acted = facts !== undefined && handle.acts !== undefined && facts.acts !== handle.acts;
  handle.acts = facts?.acts;
  if (acted || (facts !== undefined && (facts.toolsOpen.length > 0 || facts.background > 0))) return true;
  const isScript = handle.coder?.capabilities.exitZero === "done";
  const isSilent = now - Math.max(life.eventAt, life.grewAt, life.busyAt) >= thresholds.quietAfter;
  return !isSilent && (isScript || (childrenAtWork(handle, life) ?? 0) > 0);
}

function observed(
  context: Watcher,
  handle: Handle,
  life: Life,
  { asks, now }: { readonly asks: string | undefined; readonly now: number },
): Observation {
  const facts = handle.tail?.facts;
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
    seemsToAsk: asked,
    last: facts?.lastAction ?? "",
  };
}

/**
 * Before the first thing that a coder does which tells when its tools begin, it has started no tool: what it started are
 * servers for it (codex starts those of MCP in groups of their own, after its first line).
 */
function childrenAtWork({ coder, tail }: Handle, { sample }: Life): number | undefined {
  const isBefore = coder?.capabilities.reportsToolStarts === true && tail?.facts.lastAction === "";
  return isBefore && sample?.children !== undefined ? 0 : sample?.children;
}

/** The oldest tool that is open, or the background work; a script as a whole is one. */
function openIn({ clock }: Watcher, { coder, record, tail }: Handle, now: number): Open | undefined {
  const started = record?.monotonic ?? now;
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
