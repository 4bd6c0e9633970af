/** Sizes as people write and read them: "500MB", "20 GB"; a bare number is bytes. */
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Undefined for what is no size. */
export function parseSize(written: string | number): number | undefined {
  if (typeof written === "number") return written >= 0 && Number.isFinite(written) ? Math.round(written) : undefined;
  const [, number, unit = "B"] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B)?\s*$/i.exec(written) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}

/** "812 B", "1.4 MB": two or three digits. */
export function sizeText(bytes: number): string {
  const unit = Object.entries(UNITS).findLast(([, factor]) => bytes >= factor && factor > 1);
  if (unit === undefined) return `${bytes} B`;
  const [name, factor] = unit;
  const amount = bytes / factor;
  return `${amount < 100 ? amount.toFixed(1) : Math.round(amount)} ${name}`;
}

/** As it would be written: "100MB", "1500B"; exact, in the largest unit that fits. */
export function sizeWritten(bytes: number): string {
  const [name, factor] = Object.entries(UNITS).findLast(([, unit]) => bytes > 0 && bytes % unit === 0) ?? ["B", 1];
  return `${bytes / factor}${name}`;
}
