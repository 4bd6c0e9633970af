/** Words of a POSIX shell: what is pasted works, also where a path has a space. */

/** A word as sh reads it back. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

export const shellWords = (words: readonly string[]): string => words.map(shellWord).join(" ");

/** A line as sh would part it into words, where nothing is expanded: quotes and backslashes alone mean something. Undefined for an open quote. */
export function wordsOfLine(line: string): string[] | undefined {
  const words: string[] = [];
  const rest = line.replaceAll(/\s*((?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+)/g, (_, word: string) => {
    words.push(
      word.replaceAll(
        /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g,
        (_quoted, single?: string, double?: string, one?: string) =>
          single ?? one ?? (double ?? "").replaceAll(/\\(["\\$`])/g, "$1"),
      ),
    );
    return "";
  });
  return rest.trim() === "" ? words : undefined;
}
