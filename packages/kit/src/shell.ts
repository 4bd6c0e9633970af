/** Words of a POSIX shell: what is pasted works, also where a path has a space. */

/** A word as sh reads it back. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

export const shellWords = (words: readonly string[]): string => words.map(shellWord).join(" ");
