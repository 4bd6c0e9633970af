/** Durations as people write and read them: "90s", "5m", "2h", "1d"; a bare number is seconds. Inside: milliseconds. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Undefined for what is no duration. */
export function parseDuration(written: string | number): number | undefined {
  if (typeof written === "number") return written >= 0 && Number.isFinite(written) ? written * 1000 : undefined;
  const text = written.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Every part has its unit, so that no number can be read in two ways (an expression that allowed it took for ever on one).
  if (text.length > 100 || !/^(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)\s*)+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** "45s", "6m", "1h05m", "2d3h": two units at most. */
export function duration(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 || minutes >= 10 ? `${minutes}m` : `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${String(minutes % 60).padStart(2, "0")}m`;
  const days = Math.floor(hours / 24);
  return days >= 10 || hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
}

/** As it would be written: "90s", "10m", "2h", "30d"; exact, in the largest unit that fits. */
export function written(millis: number): string {
  const unit = ["d", "h", "m", "s"].find((name) => millis > 0 && millis % (UNITS[name] ?? 1) === 0);
  if (unit === undefined) return millis === 0 ? "0s" : `${millis}ms`;
  return `${millis / (UNITS[unit] ?? 1)}${unit}`;
}
