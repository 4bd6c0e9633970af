/** Before the first turn: the threads that libuv makes only when they are needed, and then aborts without. */
import { warmUp } from "@fleet/kit/process/warm-up";
import { ShortageError } from "@fleet/kit/shortage";

import { type Handover, handsOver } from "../../core/stopping.ts";
import type { LeaderRecord } from "../state/leader.ts";
import { stopAsked } from "../state/stop-word.ts";
import type { Context } from "./context.ts";
import { type Controls, pause } from "./controls.ts";

type Begun =
  | { readonly kind: "ready" }
  /** It was asked to end before it could begin. */
  | { readonly kind: "stopped" }
  | { readonly kind: "handed-over"; readonly why: Handover };

/** Milliseconds. */
const AGAIN = 500;

/** While the machine refuses the threads it waits, says so, and listens. `warm`: true once they are made. */
export async function begin(
  context: Pick<Context, "home" | "short">,
  { interrupts, handover, woken }: Controls,
  self: LeaderRecord,
  warm: () => Promise<boolean> = warmUp,
): Promise<Begun> {
  for (let isSaid = false; !(await warm()); isSaid = true) {
    // Once: each time would put off the first start.
    if (!isSaid) context.short?.(new ShortageError("processes", "the supervisor has no threads yet"), "begin");
    const stops = Math.max(interrupts(), stopAsked(context.home, self)?.times ?? 0);
    const why = handover();
    if (handsOver(why, stops)) return { kind: "handed-over", why };
    if (stops > 0) return { kind: "stopped" };
    await pause(AGAIN, woken());
  }
  return { kind: "ready" };
}
