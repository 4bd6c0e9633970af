/**
 * A glance at an attempt that runs: four calls in place of thirty. Where nothing came or went in its directory, nothing was
 * printed, its wrapper is there, and its task and the settings are the same, what the last full look saw still holds.
 */
import { isThere } from "@fleet/kit/process/id";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Config } from "../../../settings/schema.ts";
import type { Seen } from "../../core/attempt-seen.ts";
import { dueAt, isCalm, isStale } from "../../core/calm.ts";
import type { AttemptView } from "../../core/world.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { lookUp, type Looked } from "./look-up.ts";

/** What a full look went by. */
interface From {
  /** Monotonic. */
  readonly at: number;
  readonly mark: string;
  readonly looked: Looked;
  readonly snapshot: Snapshot | undefined;
}

/** What the last full look saw. */
export interface Last extends From {
  /** The last glance by which it still held; monotonic. */
  heldAt: number;
  /** From then on time alone asks for a full look. */
  readonly dueAt: number;
  readonly wrapper: number;
  readonly view: AttemptView;
  readonly config: Config;
  /** The state that followed: an action since then replaces it. */
  readonly state: Handle["state"];
}

/** What was seen last, where it still holds. */
export function stillSeen(context: Context, handle: Handle, snapshot: Snapshot | undefined): AttemptView | undefined {
  const { last, tail, mark } = handle.open;
  const config = context.config();
  const now = context.clock.monotonic();
  if (last === undefined || now >= last.dueAt || isStale(last.at, now, config.poll_interval)) return undefined;
  if (last.state !== handle.state || last.config !== config || !isSameTask(last, handle, snapshot)) return undefined;
  if (tail?.hasNews() !== false || mark.read() !== last.mark || !isThere(last.wrapper)) return undefined;
  last.heldAt = now;
  return last.view;
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
        dueAt: dueAt(phase, context.clock.monotonic()),
        wrapper: seen.wrapper.pid,
        view,
        config: context.config(),
        state,
      };
}
