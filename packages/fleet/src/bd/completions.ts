/** Completion scripts, made from the same tables that arguments are parsed by: verbs, the verbs below them, flags. */
import { GLOBALS } from "./globals.ts";
import { GROUPS } from "./table.ts";
import type { Flags, Verb } from "./verb.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

interface Word {
  readonly name: string;
  readonly help: string;
}
interface FlagWord extends Word {
  readonly short: string | undefined;
  readonly takesValue: boolean;
}

/** What can follow these words. */
interface Level {
  /** `dep add`, or "" for bd itself. Aliases have levels of their own. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly flags: readonly FlagWord[];
}

const flagsOf = (flags: Flags): FlagWord[] =>
  Object.entries(flags).flatMap(([name, { help, short, type, hidden }]) =>
    hidden === true ? [] : [{ name, help, short, takesValue: type !== "bool" }],
  );

const level = (path: string, verb: Verb): Level => ({
  path,
  words: Object.entries(verb.subs ?? {}).map(([name, { summary }]) => ({ name, help: summary })),
  flags: flagsOf({ ...verb.flags, ...GLOBALS }),
});

/** Loads every verb: nobody waits for a completion script. */
export async function levels(): Promise<Level[]> {
  const entries = GROUPS.flatMap((group) => group.entries).filter(({ hidden }) => hidden !== true);
  const words = entries.flatMap(({ name, aliases = [], summary }) =>
    [name, ...aliases].map((word) => ({ name: word, help: summary })),
  );
  const all: Level[] = [{ path: "", words, flags: flagsOf(GLOBALS) }];
  for (const entry of entries) {
    const { verb } = await entry.load();
    for (const name of [entry.name, ...(entry.aliases ?? [])]) all.push(level(name, verb));
    for (const [name, sub] of Object.entries(verb.subs ?? {})) {
      const below = (await sub.load()).verb;
      for (const word of [name, ...(sub.aliases ?? [])]) all.push(level(`${entry.name} ${word}`, below));
    }
  }
  return all;
}

const dashed = ({ name, short }: FlagWord): string[] => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];

function bash(all: readonly Level[]): string {
  const cases = all.map(({ path, words, flags }) => {
    const names = words.map(({ name }) => name).join(" ");
    return `    ${JSON.stringify(path)}) words="${names}"; flags="${flags.flatMap(dashed).join(" ")}" ;;`;
  });
  const valued = [...new Set(all.flatMap(({ flags }) => flags.filter((flag) => flag.takesValue).flatMap(dashed)))];
  return `# bash completion for bd: source this, or put it where your bash-completion looks
_bd() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path="" i word words flags skip=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then skip=""; continue; fi
    case $word in
      ${valued.join("|")}) skip=1 ;;
      -*) ;;
      *) _bd_words "\${path:+$path }$word" && path="\${path:+$path }$word" ;;
    esac
  done
  COMPREPLY=()
  _bd_words "$path"
  if [ -n "$skip" ]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
  case $cur in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur"))
      [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur")) ;;
  esac
}
_bd_words() {
  case $1 in
${cases.join("\n")}
    *) return 1 ;;
  esac
}
complete -o filenames -F _bd bd
`;
}

/** In single quotes, for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
/** zsh splits a description from its word at a colon, and reads brackets. */
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

function zsh(all: readonly Level[]): string {
  const cases = all.map(({ path, words, flags }) => {
    const described = words.map(({ name, help }) => quoted(`${zshText(name)}:${help}`)).join(" ");
    const options = flags.flatMap((flag) => {
      const value = flag.takesValue ? ":value:_files" : "";
      return dashed(flag).map((dash) => quoted(`*${dash}[${zshText(flag.help)}]${value}`));
    });
    return `    ${quoted(path)}) words_here=(${described}); flags_here=(${options.join(" ")}) ;;`;
  });
  return `#compdef bd
# zsh completion for bd: put this as _bd into a directory of your fpath
_bd() {
  local path="" word i
  local -a words_here flags_here
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    [[ $word == -* ]] && continue
    _bd_level "\${path:+$path }$word" && path="\${path:+$path }$word"
  done
  _bd_level "$path"
  (( \${#words_here} )) && [[ \${words[CURRENT]} != -* ]] && _describe 'command' words_here
  _arguments -s : $flags_here '*:file:_files'
}
_bd_level() {
  case $1 in
${cases.join("\n")}
    *) return 1 ;;
  esac
}
if [ "$funcstack[1]" = "_bd" ]; then _bd "$@"; else compdef _bd bd; fi
`;
}

function fish(all: readonly Level[]): string {
  const lines = ["# fish completion for bd: put this as bd.fish into ~/.config/fish/completions"];
  for (const { path, words, flags } of all) {
    const [verb, sub] = path.split(" ");
    const below = words.map(({ name }) => name).join(" ");
    const when =
      path === ""
        ? "__fish_use_subcommand"
        : sub === undefined
          ? `__fish_seen_subcommand_from ${verb}${below === "" ? "" : `; and not __fish_seen_subcommand_from ${below}`}`
          : `__fish_seen_subcommand_from ${verb}; and __fish_seen_subcommand_from ${sub}`;
    for (const { name, help } of words)
      lines.push(`complete -c bd -n ${quoted(when)} ${path === "" ? "-f " : ""}-a ${quoted(name)} -d ${quoted(help)}`);
    const own = path === "" ? flags : flags.filter(({ name }) => !Object.hasOwn(GLOBALS, name));
    const condition = path === "" ? "" : ` -n ${quoted(when)}`;
    for (const { name, short, help, takesValue } of own) {
      const dash = short === undefined ? "" : ` -s ${short}`;
      lines.push(`complete -c bd${condition} -l ${name}${dash}${takesValue ? " -r" : ""} -d ${quoted(help)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

export async function completionScript(shell: Shell): Promise<string> {
  const all = await levels();
  switch (shell) {
    case "bash":
      return bash(all);
    case "zsh":
      return zsh(all);
    case "fish":
      return fish(all);
  }
}
