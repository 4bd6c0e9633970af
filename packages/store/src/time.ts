/** Times are RFC 3339 in UTC. The store keeps milliseconds; bd's readers see whole seconds (beads 1.0.5). */

export function stamp(epochMillis: number): string {
  return new Date(epochMillis).toISOString();
}

/** As the store writes a time, a 29th of February left to the parser. */
const OURS =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** A stored time as bd prints it when it reads it back: UTC, whole seconds. What is no time comes back as it was. */
export function wholeSeconds(time: string): string {
  if (OURS.test(time)) return `${time.slice(0, 19)}Z`;
  const millis = timeOf(time);
  return millis === undefined ? time : `${new Date(millis).toISOString().slice(0, 19)}Z`;
}

const WRITTEN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/;

/**
 * Milliseconds since 1970, undefined for what is no time. Without an offset it is UTC, in every zone that it is read in
 * (Date.parse takes a time without one for local), and days that the calendar does not have are none (Date.parse goes on
 * into the next month).
 */
export function timeOf(text: string): number | undefined {
  const [, year = "", month = "", day = "", clock = "00:00", offset = "Z"] = WRITTEN.exec(text) ?? [];
  if (new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;
  const parsed = Date.parse(`${year}-${month}-${day}T${clock}${offset.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Milliseconds since 1970; 0 for what is no time, so that sorting stays total. */
export function millis(time: string | undefined): number {
  if (time === undefined) return 0;
  if (!time.endsWith("Z")) return timeOf(time) ?? 0;
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? 0 : parsed;
}

/** The later of two times: a clock that stepped backwards must not make updated_at earlier than created_at. */
export function notBefore(time: string, floor: string): string {
  return millis(time) < millis(floor) ? floor : time;
}
