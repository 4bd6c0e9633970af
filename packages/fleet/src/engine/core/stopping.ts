/** When a supervisor leaves, and until when what runs may continue. Pure; times are monotonic milliseconds. */

export type Handover =
  /** By `fleet run restart` or the service manager. */
  | { readonly kind: "asked" }
  /** Its sender is unknown. */
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals };

/** `times`: how often it was asked to stop. The first time waits for running attempts, the second does not. */
export function deadlineOf(before: number | undefined, times: number, now: number, grace: number): number | undefined {
  if (times === 0) return before;
  if (times === 1) return before ?? now + grace;
  return Math.min(before ?? Infinity, now - 1);
}

/** Whether it leaves at once, and leaves what runs running. Once stopping, further signals do not change that. */
export const handsOver = (why: Handover | undefined, times: number): why is Handover =>
  why?.kind === "asked" || (why !== undefined && times === 0);

/** Leftover processes are unknown, and the caller must not wait for them. */
export const endsBlind = (deadline: number | undefined, now: number, killGrace: number): boolean =>
  deadline !== undefined && now > deadline + killGrace;
