/** The word that was probably meant. */

/** Letters put in, left out, changed, or two neighbours in each other's place. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isTurned = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const turn = isTurned ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(change, turn, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The nearest known words, if they are near enough for a typing error: several if equally near. */
export function nearestOf<Word extends string>(word: string, known: readonly Word[]): readonly Word[] {
  // A word of a thousand letters is no typing error, and comparing it takes long.
  if (word.length > 40) return [];
  const ranked = known.map((name) => ({
    name,
    far: name.startsWith(word) && word.length > 2 ? 1 : distance(word, name),
  }));
  // As far as another, but of the very same letters: it was typed out of order.
  const letters = (text: string): string => text.split("").sort().join("");
  const isOfAll = (name: string): number => (letters(name) === letters(word) ? 0 : 1);
  const [best, ...others] = ranked.sort((a, b) => a.far - b.far || isOfAll(a.name) - isOfAll(b.name));
  if (best === undefined || best.far > Math.max(1, Math.floor(word.length / 3))) return [];
  return [best, ...others.filter(({ far }) => far === best.far)].map(({ name }) => name);
}

export const nearest = <Word extends string>(word: string, known: readonly Word[]): Word | undefined =>
  nearestOf(word, known)[0];
