/** Times are RFC 3339 in UTC. The store keeps milliseconds; bd's readers see whole seconds (beads 1.0.5). */

export function stamp(epochMillis: number): string {
  return new Date(epochMillis).toISOString();
}

/** As the store writes a time; days after the 28th are left to the parser. */
const OURS = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** A stored time as bd prints it when it reads it back: UTC, whole seconds. What is no time comes back as it was. */
export function wholeSeconds(time: string): string {
  if (OURS.test(time)) return `${time.slice(0, 19)}Z`;
  const millis = Date.parse(time);
  return Number.isNaN(millis) ? time : `${new Date(millis).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since 1970; 0 for what is no time, so that sorting stays total. */
export function millis(time: string | undefined): number {
  const parsed = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? 0 : parsed;
}

/** The later of two times: a clock that stepped backwards must not make updated_at earlier than created_at. */
export function notBefore(time: string, floor: string): string {
  return millis(time) < millis(floor) ? floor : time;
}
