/** The label in front of the fix of an error: whether it can be pasted as it is, has a word to be filled in, or is a sentence. Pure. */

/** run: pasted as it is · usage: a word of it is to be replaced · hint: it is read. */
export type MendLabel = "run" | "usage" | "hint";

/** Programs that a mend may name, which the words of a sentence are not. */
const PROGRAMS: ReadonlySet<string> = new Set(
  ["fleet", "git", "ls", "df", "mv", "rm", "cp", "cd", "kill", "chmod", "mkdir", "ulimit", "cat", "sh", "npm"].concat([
    "systemctl",
    "launchctl",
    "alias",
    "export",
    "echo",
  ]),
);

/** No argument of a command that a mend names is one of these. */
const OF_SENTENCES =
  /^(?:or|and|then|to|there|here|again|only|until|says?|sets|lists|brings|stops|without|with|is|are|where|when|in|by|it|first)$/;

/** Quoted as a whole: what is in it is no part of the grammar. */
const WORD = /(?:[^\s'"]|'[^']*'|"(?:[^"\\]|\\.)*")+/g;

const isPlaceholder = (word: string): boolean =>
  word.includes("…") ||
  // ID, N, FILE:LINE, REMOTE/BRANCH, ID..., [NAME], fleet-NAME: no option and no variable that has a value.
  (/^(?:--[a-z-]+=)?\[?(?:[a-z0-9]+-)?[A-Z]+(?:[-:/,=][A-Za-z]+)*\.{0,3}\]?$/.test(word) && !/^[A-Z]+=./.test(word)) ||
  // One of several.
  /^\[?[a-z]+(?:\|[a-z]+)+\]?$/.test(word) ||
  word === "|";

export function mendLabel(text: string): MendLabel {
  const commands = text
    .replace(/\s+# .*$/s, "")
    .split(/;\s+|\s+&&\s+|\n\s*/)
    .map((part) => part.match(WORD) ?? []);
  const labels = commands.map(labelOf);
  if (labels.includes("hint")) return "hint";
  return labels.includes("usage") ? "usage" : "run";
}

function labelOf(words: readonly string[]): MendLabel {
  const [program = "", ...args] = words.filter((word) => !/^[A-Z_]+=\S/.test(word));
  if (!PROGRAMS.has(program)) return "hint";
  if (args.some((word) => OF_SENTENCES.test(word) || /[,:)]$/.test(word) || word.startsWith("("))) return "hint";
  return args.some(isPlaceholder) ? "usage" : "run";
}
