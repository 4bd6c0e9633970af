/** Completion scripts, made from the same tables that arguments are parsed by: verbs, the verbs below them, flags. */
import { COMMANDS } from "../commands/index.ts";
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

/** Every flag that takes a word behind it, wherever it may stand. */
const valuedIn = (all: readonly Level[]): string[] => [
  ...new Set(all.flatMap(({ flags }) => flags.filter((flag) => flag.takesValue).flatMap(dashed))),
];

/** The commands of fleet itself: `fleet bd …` goes on as `bd …`. */
const fleetWords = (): Word[] =>
  COMMANDS.flatMap(({ usage, summary }) => {
    const [name = ""] = (usage[0] ?? "").split(" ");
    // What only git and hooks call is nothing to complete.
    return summary.startsWith("for ") ? [] : [{ name, help: summary }];
  });

function bash(all: readonly Level[]): string {
  const cases = all.map(({ path, words, flags }) => {
    const names = words.map(({ name }) => name).join(" ");
    return `    ${JSON.stringify(path)}) words="${names}"; flags="${flags.flatMap(dashed).join(" ")}" ;;`;
  });
  const names = fleetWords().map(({ name }) => name);
  return `# bash completion for bd and fleet: source this, or put it where your bash-completion looks
_bd() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at="" i word words flags skip="" first=1
  COMPREPLY=()
  if [ "\${COMP_WORDS[0]##*/}" = fleet ]; then
    if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$cur")); return; fi
    if [ "\${COMP_WORDS[1]}" != bd ]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
    first=2
  fi
  for ((i = first; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then skip=""; continue; fi
    case $word in
      ${valuedIn(all).join("|")}) skip=1 ;;
      -*) ;;
      *) _bd_words "\${at:+$at }$word" && at="\${at:+$at }$word" ;;
    esac
  done
  _bd_words "$at"
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
complete -o filenames -F _bd bd fleet
`;
}

/** In single quotes, for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
/** zsh splits a description from its word at a colon, and reads brackets. */
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
const zshWords = (words: readonly Word[]): string =>
  words.map(({ name, help }) => quoted(`${zshText(name)}:${help}`)).join(" ");

function zsh(all: readonly Level[]): string {
  const cases = all.map(({ path, words, flags }) => {
    const options = flags.flatMap((flag) => {
      const value = flag.takesValue ? ":value:_files" : "";
      return dashed(flag).map((dash) => quoted(`*${dash}[${zshText(flag.help)}]${value}`));
    });
    return `    ${quoted(path)}) words_here=(${zshWords(words)}); flags_here=(${options.join(" ")}) ;;`;
  });
  return `#compdef bd fleet
# zsh completion for bd and fleet: put this as _bd into a directory of your fpath
_bd() {
  local at="" word skip="" i
  local -a words_here flags_here
  if [[ \${words[1]:t} == fleet ]]; then
    if (( CURRENT == 2 )); then
      words_here=(${zshWords(fleetWords())})
      _describe 'command' words_here
      return
    fi
    if [[ \${words[2]} != bd ]]; then _files; return; fi
    shift words
    (( CURRENT-- ))
  fi
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $skip ]]; then skip=""; continue; fi
    case $word in
      ${valuedIn(all).join("|")}) skip=1 ;;
      -*) ;;
      *) _bd_level "\${at:+$at }$word" && at="\${at:+$at }$word" ;;
    esac
  done
  _bd_level "$at"
  [[ -z $skip ]] && (( \${#words_here} )) && [[ \${words[CURRENT]} != -* ]] && _describe 'command' words_here && return
  _arguments -s : $flags_here '*:file:_files'
}
_bd_level() {
  case $1 in
${cases.join("\n")}
    *) return 1 ;;
  esac
}
if [ "$funcstack[1]" = "_bd" ]; then _bd "$@"; else compdef _bd bd fleet; fi
`;
}

function fish(all: readonly Level[]): string {
  const lines = [
    `# fish completion for bd and fleet: put this as bd.fish into ~/.config/fish/completions
# True where the words so far name this verb.
function __bd_at
  set -l at
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case ${valuedIn(all).map(quoted).join(" ")}
        set skip 1
      case '-*'
      case '*'
        set -l next (string join ' ' -- $at $word)
        contains -- $next ${all.flatMap(({ path }) => (path === "" ? [] : [quoted(path)])).join(" ")}; and set at $next
    end
  end
  test "$at" = "$argv[1]"
end
# What \`fleet bd …\` is as \`bd …\`.
function __bd_of_fleet
  complete -C (string replace -r '^\\s*\\S+\\s+bd(\\s|$)' 'bd$1' -- (commandline -cp))
end`,
  ];
  for (const { path, words, flags } of all) {
    const when = `__bd_at ${quoted(path)}`;
    // Where a verb has to follow, files are not meant.
    const alone = words.length === 0 ? "" : "-f ";
    for (const { name, help } of words)
      lines.push(`complete -c bd -n ${quoted(when)} ${alone}-a ${quoted(name)} -d ${quoted(help)}`);
    const own = path === "" ? flags : flags.filter(({ name }) => !Object.hasOwn(GLOBALS, name));
    const condition = path === "" ? "" : ` -n ${quoted(when)}`;
    for (const { name, short, help, takesValue } of own) {
      const dash = short === undefined ? "" : ` -s ${short}`;
      lines.push(`complete -c bd${condition} -l ${name}${dash}${takesValue ? " -r" : ""} -d ${quoted(help)}`);
    }
  }
  const first = "test (count (commandline -opc)) = 1";
  for (const { name, help } of fleetWords())
    lines.push(`complete -c fleet -n ${quoted(first)} -f -a ${quoted(name)} -d ${quoted(help)}`);
  lines.push(`complete -c fleet -n 'contains -- bd (commandline -opc)[2]' -f -a '(__bd_of_fleet)'`);
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
