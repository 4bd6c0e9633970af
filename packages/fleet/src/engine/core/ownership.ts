/**
 * Whether this home made an attempt. A claim is a line of data that a sync, a push or a hand can bring: one that names no home,
 * or that came with what nobody has trusted, is ours only where its record is in our own directory. Pure.
 */
interface Claimed {
  /** The home that the claim names. */
  readonly by: string | undefined;
  readonly here: string;
  /** The task came from outside, and is not trusted yet. */
  readonly isUntrusted: boolean;
  /** Its record is in our directory; asked only where that decides. */
  readonly hasRecord: () => boolean;
}

export function isOurs({ by, here, isUntrusted, hasRecord }: Claimed): boolean {
  if (by !== undefined && by !== here) return false;
  return (by === here && !isUntrusted) || hasRecord();
}
