/**
 * Whether a tool can have changed nothing: one that reads, or a command of which every part only reads or talks to the queue. What is
 * not known for sure may have changed anything.
 */

/** The tool's command, where it is a shell; `readers`: tools of the coder that change nothing. */
export const readsOf = (
  tool: string,
  readers: ReadonlySet<string>,
  command: string | undefined,
): { readonly reads?: true } =>
  readers.has(tool) || (command !== undefined && readsOnly(command)) ? { reads: true } : {};

/** By their names alone, whatever they are told. */
const READ = new Set(
  "[ basename cat cd cmp df diff dirname du echo egrep exit false fgrep file grep head jq ls pwd readlink realpath sleep stat tail test true type wc which".split(
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
const OUTPUT = /^(?:-o|--output)/;
/** What leads nowhere but to the reader. */
const HARMLESS = /(?:\d|&)?>{1,2}\s*(?:\/dev\/null\b|&\d)/g;
/** Another command inside, a file that is written, a text that may hold anything. */
const HIDING = /[`<>()]|\$\(/;

export function readsOnly(line: string): boolean {
  const bare = line.replaceAll(/'[^']*'/g, "x");
  if (/`|\$\(/.test(bare)) return false;
  const open = bare.replaceAll(/"(?:[^"\\]|\\[^])*"/g, "x").replaceAll(HARMLESS, "");
  if (HIDING.test(open) || /['"\\]/.test(open)) return false;
  const commands = open.split(/[\n;|&]+/).map((one) => one.trim().split(/\s+/));
  return commands.every(([name = "", ...words]) => name === "" || reads(name, words));
}

function reads(name: string, words: readonly string[]): boolean {
  if (READ.has(name)) return true;
  if (name === "fleet" && words[0] === "bd") return reads("bd", words.slice(1));
  if (name === "git" && words[0] === "--no-pager") return reads("git", words.slice(1));
  if (name === "find") return !words.some((word) => /^-(?:delete|exec|ok|fprint|fls)/.test(word));
  if (name === "rg") return !words.some((word) => word.startsWith("--pre"));
  return VERBS.get(name)?.has(words[0] ?? "") === true && !words.some((word) => OUTPUT.test(word));
}
