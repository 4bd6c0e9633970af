/**
 * Whether a tool can have changed nothing: one that reads, or a command of which every part only reads or talks to the queue. What is
 * not known for sure may have changed anything.
 */

import { type ShellToken, shellTokens } from "@fleet/kit/shell-line";

/** The tool's command, where it is a shell; `readers`: tools of the coder that change nothing. */
export const readsOf = (
  tool: string,
  readers: ReadonlySet<string>,
  command: string | undefined,
): { readonly reads?: true } =>
  readers.has(tool) || (command !== undefined && readsOnly(command)) ? { reads: true } : {};

/** By their names alone, whatever they are told. */
const READ = new Set(
  "[ basename cat cd cmp cut df diff dirname du echo egrep exit false fgrep grep head id jq ls md5sum nl od printf pwd readlink realpath rev sha1sum sha256sum sleep stat tac tail test tr true type uname wc which whoami".split(
    " ",
  ),
);
/** By these of its commands. */
const VERBS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    git: "blame cat-file describe diff log ls-files ls-tree rev-list rev-parse shortlog show status",
    bd: "blocked close comment comments count done list ready search show stats status update",
    fleet: "ask explain log questions status task tasks",
  }).map(([name, words]) => [name, new Set(words.split(" "))]),
);
/** By none of these among its words: they write a file, or run something else. */
const UNLESS: ReadonlyMap<string, RegExp> = new Map([
  ["file", /^-[^-]*C|^--comp/],
  ["find", /^-(?:delete|exec|ok|fprint|fls)/],
  ["rg", /^--(?:pre|hostname-bin)/],
  ["sort", /^-[^-]*o|^--(?:o|comp)/],
  ["uniq", /^[^-]/],
]);
const OUTPUT = /^(?:-o|--output)/;
/** Lines of files, printed. */
const LINES = /^\d+(?:,(?:\d+|\$))?p$/;

type Word = Extract<ShellToken, { kind: "word" }>;

export function readsOnly(line: string): boolean {
  const tokens = shellTokens(line);
  if (tokens === undefined || tokens.some(({ kind }) => kind === "other")) return false;
  const commands: Word[][] = [[]];
  for (const token of tokens)
    if (token.kind === "end") commands.push([]);
    else if (token.kind === "word") commands.at(-1)?.push(token);
  return commands.every(([name, ...words]) => name === undefined || reads(name.text, words));
}

function reads(name: string, words: readonly Word[]): boolean {
  if (READ.has(name)) return true;
  const [first, ...rest] = words;
  if (name === "fleet" && first?.text === "bd") return reads("bd", rest);
  if (name === "git" && first?.text === "--no-pager") return reads("git", rest);
  // The shell may expand the word to anything.
  if (words.some(({ isFixed }) => !isFixed)) return false;
  const texts = words.map(({ text }) => text);
  if (name === "sed") return texts[0] === "-n" && LINES.test(texts[1] ?? "") && !texts.slice(2).some(isOption);
  const unless = UNLESS.get(name);
  if (unless !== undefined) return !texts.some((text) => unless.test(text));
  return VERBS.get(name)?.has(texts[0] ?? "") === true && !texts.some((text) => OUTPUT.test(text));
}

const isOption = (text: string): boolean => text.startsWith("-");
