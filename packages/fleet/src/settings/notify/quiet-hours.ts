/** Hours of the day in which nobody is called, as a person writes them: `22:00-07:00`, local time. Pure. */

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

interface QuietHours {
  /** Minutes after midnight. */
  readonly from: number;
  readonly to: number;
}

function hoursOf(written: string): QuietHours | undefined {
  const [, ...parts] = HOURS.exec(written) ?? [];
  const [fromHour, fromMinute, toHour, toMinute] = parts.map(Number);
  if (fromHour === undefined || fromMinute === undefined || toHour === undefined || toMinute === undefined)
    return undefined;
  return { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
}

/** Equal times would be always or never: nobody could tell. */
export function isQuietHours(written: string): boolean {
  const hours = hoursOf(written);
  return hours !== undefined && hours.from !== hours.to;
}

/** When they are over, in milliseconds since 1970, where it is quiet at that time; else undefined. */
export function quietUntil(written: string | undefined, at: number): number | undefined {
  const hours = written === undefined ? undefined : hoursOf(written);
  if (hours === undefined) return undefined;
  const { from, to } = hours;
  const now = new Date(at);
  const minutes = now.getHours() * 60 + now.getMinutes();
  const isQuiet = from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
  if (!isQuiet) return undefined;
  const days = minutes < to ? 0 : 1;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, Math.floor(to / 60), to % 60).getTime();
}
