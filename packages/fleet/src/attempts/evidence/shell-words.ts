/** A line of sh, as far as its words tell what it does: its commands, and the files that it plainly writes to. Pure. */
import { posix } from "node:path";

/** Programs that run a command line of their own. */
export const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "zsh", "dash"]);

export const nameOf = (word: string): string => word.split("/").at(-1) ?? "";

/** The commands of a line with their words, unquoted; assignments in front of them are left out. */
export function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [, quoted, word, separator] of line.matchAll(/("(?:[^"\\]|\\.)*"?|'[^']*'?)|([^\s"'|;&]+)|([|;&\n]+)/g)) {
    if (separator !== undefined) commands.push([]);
    else {
      const current = commands.at(-1);
      const text = word ?? (quoted ?? "").replaceAll(/^["']|["']$/g, "");
      if (current !== undefined && (current.length > 0 || !/^[A-Za-z_]\w*=/.test(text))) current.push(text);
    }
  }
  return commands.filter((words) => words.length > 0);
}

const DEEPEST = 3;
const REDIRECTS = /^[^>]*>{1,2}\|?(.*)$/;
/** A path that only the shell can expand. */
const UNTOLD = /[$`*?~\\]/;

/** The files, as it names them; from the directory in which it is run, unless they are absolute. */
export function writtenByWords(line: string, depth = 0): string[] {
  if (depth >= DEEPEST) return [];
  let at: string | undefined = "";
  return commandsOf(line).flatMap((words) => {
    const [name, args] = [nameOf(words[0] ?? ""), words.slice(1)];
    if (name === "cd") {
      const [to] = args;
      at = at === undefined || to === undefined || to.startsWith("-") || UNTOLD.test(to) ? undefined : from(at, to);
      return [];
    }
    const [base, isShell] = [at, SHELLS.has(name)];
    if (base === undefined) return [];
    const inner = isShell ? args.flatMap((word) => writtenByWords(word, depth + 1)) : writtenBy(name, args);
    return [...inner, ...(isShell ? [] : redirected(words))]
      .filter((path) => path !== "" && !UNTOLD.test(path))
      .map((path) => from(base, path));
  });
}

const from = (base: string, path: string): string => (posix.isAbsolute(path) ? path : posix.join(base, path));

const redirected = (words: readonly string[]): string[] =>
  words.flatMap((word, n) => {
    const to = /\s/.test(word) ? undefined : REDIRECTS.exec(word)?.[1];
    return to === undefined ? [] : [to === "" ? (words[n + 1] ?? "") : to];
  });

/**
 * A line that was several has blanks where it was broken (coders/summary.ts), so a word may be the next command's: what is no path
 * for sure, and all behind it, names nothing.
 */
const isPath = (word: string): boolean => /[./]/.test(word) && !word.startsWith("./");

function writtenBy(name: string, args: readonly string[]): string[] {
  const words = args.filter((arg) => !arg.startsWith("-"));
  const end = words.findIndex((word) => !isPath(word));
  const named = end < 0 ? words : words.slice(0, end);
  switch (name) {
    case "tee":
    case "rm":
    case "mv":
      return named;
    case "cp":
    case "ln":
    case "install":
      return named.slice(-1);
    case "sed":
    case "perl":
      return args.some((arg) => /^-\w*i|^--in-place/.test(arg)) ? named : [];
    default:
      return [];
  }
}
