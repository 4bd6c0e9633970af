/** A time of day on the local clock, made into a moment. Apart from decoding, because it needs to know "now". */

const CLOCK = /^(?:([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}) )?(1[0-2]|0?[1-9]):([0-5]\d) ?([AP])M$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * `clock` as codex prints it, "12:19 PM" or "Nov 25th, 2026 12:19 PM", in ISO 8601: the first such moment after `now`,
 * in this process's time zone (the coder runs on the same machine). Undefined when it is not understood.
 */
export function nextAt(clock: string, now: Date): string | undefined {
  const [, month, day, year, hour, minute, half] = CLOCK.exec(clock.trim()) ?? [];
  if (hour === undefined || minute === undefined || half === undefined) return undefined;
  const hours = (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  if (month !== undefined && !MONTHS.includes(month.toLowerCase())) return undefined;
  const at =
    month === undefined
      ? new Date(now.getFullYear(), now.getMonth(), now.getDate(), hours, Number(minute))
      : new Date(Number(year), MONTHS.indexOf(month.toLowerCase()), Number(day), hours, Number(minute));
  if (month === undefined && at.getTime() <= now.getTime()) at.setDate(at.getDate() + 1);
  return at.toISOString();
}
