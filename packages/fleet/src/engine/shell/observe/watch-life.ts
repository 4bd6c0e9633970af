/** Watches whether a running attempt works, waits or hangs: from its signs of life and what it says to a verdict. */
import type { Issue } from "@fleet/store/issue";

import { lastStderr } from "../../../attempts/records/output.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { recordOf } from "../../core/attempt.ts";
import { isSilent, type Life, withoutSample } from "../../core/life.ts";
import { type Liveness, liveness, type Observation } from "../../core/liveness.ts";
import { childrenAtWork, isStillOpen, openWork } from "../../core/open-work.ts";
import { runSettings } from "./run-settings.ts";
import { lifeNow, sampled } from "./signs-of-life.ts";
import type { UsageReader } from "./process-usage.ts";

const NEVER = { hungAfter: Infinity, stopWaitingAfter: Infinity };

/** The parts of the supervisor that it needs. */
type Watcher = Pick<Context, "clock" | "config" | "tuning">;

export interface Seen {
  readonly issue: Issue | undefined;
  /** Its signs of life by the last look. */
  readonly life: Life | undefined;
  /** The question that it waits for with `fleet ask`. */
  readonly asks: string | undefined;
  /** The process, or group, from which its tree is found. */
  readonly leader: () => number;
  readonly usage: Pick<UsageReader, "at">;
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
  // The settings of an unreadable task are unknown: never stop an attempt because of them.
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

/** For an attempt whose work is over. `actsBefore`: its number of actions at the last such look. */
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
  const { quietAfter } = thresholds;
  return { life, is: isStillOpen(coder?.capabilities, tail?.facts, life, { acted, now, quietAfter }), acts };
}

function observed(
  context: Watcher,
  handle: Handle,
  life: Life,
  { asks, now }: { readonly asks: string | undefined; readonly now: number },
): Observation {
  const { coder, tail } = handle.open;
  const facts = tail?.facts;
  const open = openWork(coder?.capabilities, facts, {
    started: recordOf(handle)?.monotonic ?? now,
    now,
    wall: context.clock.wall(),
    began: (tool) => tail?.began(tool),
  });
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
    children: childrenAtWork(coder?.capabilities, facts, life),
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
