/** Figures for people: two or three digits, which is what is read of them. Programs get them whole. */

const K = 1000;

/** "812", "1.2k", "67k", "1.3M". */
export function short(count: number): string {
  if (count < K) return String(count);
  const [unit, amount] = count < 999_500 ? ["k", count / K] : ["M", count / K / K];
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)}${unit}`;
}

/** "67k tokens". */
export const tokensText = (count: number): string => `${short(count)} ${count === 1 ? "token" : "tokens"}`;

/** "$0.29"; of less than a cent as much as tells it from nothing. */
export function usdText(usd: number): string {
  if (usd === 0 || usd >= 0.005) return `$${usd.toFixed(2)}`;
  const digits = Math.min(6, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0+$/, "")}`;
}

/** "1 task", "2 tasks". */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;
