/**
 * Time in which an attempt could do nothing: its processes were frozen (SIGSTOP, docker pause), or all of the machine with
 * whoever watches was. It counts against nothing: what is reckoned from a time on disk leaves it out, and the times that
 * are only remembered move on by it.
 */
import { covered, type Span } from "../../../attempts/records/waits.ts";
import type { Handle } from "./handle.ts";

/** Milliseconds since `since`, a monotonic time, in which it was away. */
export const awaySince = ({ away }: Pick<Handle, "away">, since: number): number =>
  covered(away.filter(({ to }) => to > since).map(({ from, to }) => ({ from: Math.max(from, since), to })));

export function passOver(handle: Handle, span: Span): void {
  const by = awaySince(handle, span.from);
  handle.away.push(span);
  // What two watchers saw counts once.
  const more = awaySince(handle, span.from) - by;
  const later = (at: number | undefined): number | undefined => (at === undefined ? undefined : at + more);
  handle.termedAt = later(handle.termedAt);
  handle.killedAt = later(handle.killedAt);
  handle.finishedAt = later(handle.finishedAt);
  handle.resultAt = later(handle.resultAt);
  handle.openAt = later(handle.openAt);
  handle.checkTermedAt = later(handle.checkTermedAt);
  if (handle.grew !== undefined) handle.grew = { ...handle.grew, at: handle.grew.at + more };
  const { life } = handle;
  if (life === undefined) return;
  life.eventAt += more;
  life.beatAt += more;
  life.grewAt += more;
  life.busyAt += more;
  // CPU over that time says nothing.
  life.sample = life.base = undefined;
}
