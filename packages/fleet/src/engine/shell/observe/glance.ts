/**
 * A glance at an attempt that runs: four calls in place of thirty. Where nothing came or went in its directory, nothing was
 * printed, its wrapper is there, and its task and the settings are the same, what the last full look saw still holds; on each
 * beat it is asked, too, whether its wrapper is that very process and whether it stands still.
 */
import { isThere } from "@fleet/kit/process/id";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Config } from "../../../settings/schema.ts";
import type { Frozen } from "../../core/attempt.ts";
import type { RunSeen, Seen } from "../../core/attempt-seen.ts";
import { wrapperFate } from "../../../attempts/records/pid-file.ts";
import { dueAt, isCalm, isRested, isStale } from "../../core/calm.ts";
import type { AttemptView } from "../../core/world.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { lookFrozen } from "./frozen.ts";
import { lookUp, type Looked } from "./look-up.ts";
import { groupOf } from "./process-table.ts";
import { runSettings } from "./run-settings.ts";

/** The inputs of a full look. */
interface From {
  /** Monotonic. */
  readonly at: number;
  readonly mark: string;
  readonly looked: Looked;
  readonly snapshot: Snapshot | undefined;
}

/** The result of the last full look. */
export interface Last extends From {
  /** The last glance by which it still held; monotonic. */
  heldAt: number;
  /** When its wrapper was last asked for; monotonic. */
  askedAt: number;
  /** When a glance saw that it does not stand still, where one did; that is not looked at on each of many short beats. */
  moved: Frozen | undefined;
  /** From then on time alone asks for a full look. */
  readonly dueAt: number;
  readonly seen: RunSeen;
  readonly view: AttemptView;
  readonly config: Config;
  /** The state that followed: an action since then replaces it. */
  readonly state: Handle["state"];
}

/** The last view, if it is still valid. */
export function stillSeen(context: Context, handle: Handle, snapshot: Snapshot | undefined): AttemptView | undefined {
  const { last, tail, mark } = handle.open;
  const config = context.config();
  const now = context.clock.monotonic();
  if (last === undefined || now >= last.dueAt) return undefined;
  if (last.state !== handle.state || last.config !== config || !isSameTask(last, handle, snapshot)) return undefined;
  if (tail?.hasNews() !== false || mark.read() !== last.mark) return undefined;
  const isAsked = isStale(last.askedAt, now, config.poll_interval);
  if (isAsked ? !isWell(context, handle, last) : !isThere(last.seen.wrapper.pid)) return undefined;
  last.heldAt = now;
  return last.view;
}

/** Checks that a glance does not make, and that need no full look either. */
function isWell(context: Context, handle: Handle, last: Last): boolean {
  const { clock, config, tuning } = context;
  const now = clock.monotonic();
  const { seen, looked } = last;
  const { thresholds } = runSettings({ config, tuning }, handle, looked.kind === "known" ? looked.issue : undefined);
  const { poll_interval: pollInterval } = config();
  if (!isRested(seen, thresholds, { lookedAt: last.at, now, pollInterval })) return false;
  // Somebody in it may wait for a person by now.
  if (handle.open.listing.look(clock.wall()).hasWaits) return false;
  if (wrapperFate(seen.wrapper, seen.record, clock.boot) !== "alive") return false;
  const { frozen } = lookFrozen(now, movedAt(handle), {
    leader: () => seen.wrapper.pid,
    group: groupOf(context, handle),
  });
  if (frozen.is) return false;
  last.moved = frozen;
  last.askedAt = now;
  return true;
}

/** When it was last seen running: by a full check, or by a glance since. */
export function movedAt({ state, open: { last } }: Handle): Frozen | undefined {
  const frozen = state.kind === "running" ? state.frozen : undefined;
  const moved = last?.moved;
  return frozen === undefined || frozen.is || moved === undefined || moved.at < frozen.at ? frozen : moved;
}

function isSameTask({ snapshot: before, looked }: Last, { task }: Handle, snapshot: Snapshot | undefined): boolean {
  if (snapshot === before) return true;
  const now = lookUp(snapshot, task);
  return looked.kind === "known" && now.kind === "known" && looked.issue === now.issue;
}

/** Something of it is to be written down, once. */
const hasNews = ({ unwritten = false, toldUse = false, away }: AttemptView): boolean =>
  unwritten || toldUse || away !== undefined;

/** `handle`: as it is after the look that saw this. */
export function remember(context: Context, handle: Handle, seen: Seen, view: AttemptView, from: From): void {
  const { phase } = view;
  const isHeld = seen.kind === "running" && phase.kind === "running" && isCalm(seen) && !hasNews(view);
  const { state, open } = handle;
  open.last = !isHeld
    ? undefined
    : {
        ...from,
        heldAt: from.at,
        askedAt: from.at,
        moved: undefined,
        dueAt: dueAt(phase, context.clock.monotonic()),
        seen,
        view,
        config: context.config(),
        state,
      };
}
