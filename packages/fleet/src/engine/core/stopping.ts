/** When a supervisor leaves, and until when what runs may continue. Pure; times are monotonic milliseconds. */

export type Handover =
  /** By `fleet run restart` or the service manager. */
  | { readonly kind: "asked" }
  /** Nobody knows who sent it. */
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals };

/** `times`: how often it was asked to stop. The first time waits for what runs, the second does not. */
export function deadlineOf(before: number | undefined, times: number, now: number, grace: number): number | undefined {
  if (times === 0) return before;
  if (times === 1) return before ?? now + grace;
  return Math.min(before ?? Infinity, now - 1);
}

/** Whether it leaves at once, and leaves what runs running. Who is stopping anyway continues with that, whatever else hits it. */
export const handsOver = (why: Handover | undefined, times: number): why is Handover =>
  why?.kind === "asked" || (why !== undefined && times === 0);

/** Nobody can say what is left, and whoever asked for the end is not to wait for that. */
export const endsBlind = (deadline: number | undefined, now: number, killGrace: number): boolean =>
  deadline !== undefined && now > deadline + killGrace;
