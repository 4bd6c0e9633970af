/** The completion script for fish. */
import { type Level, type Option, valuesOf, type Word } from "./levels.ts";
import { ASKED } from "./slots.ts";

/** In single quotes. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

/** A tab separates a value from its description. */
const described = ({ name, help }: Word): string => (help === "" ? name : `${name}\\t${quoted(help)}`);

const dashes = ({ dashed, help }: Option): Word[] => dashed.map((name) => ({ name, help }));

function levelCase(level: Level): string {
  const { path, words, kind, options } = level;
  return `    case ${quoted(path)}
      set words ${words.map(described).join(" ")}
      set kind ${kind}
      set options ${options.flatMap(dashes).map(described).join(" ")}
      set values ${valuesOf(level).join(" ")}`;
}

export const fish = (levels: readonly Level[], self: string): string => `# fish completion for fleet and bd
function __fleet_offer
  set -l words
  set -l kind none
  set -l options
  set -l values
  set -l at ''
  set -l skip ''
  set -l lead ''
  set -l typed (commandline -ct)
  set -l given (commandline -opc)
  string match -qr '(^|/)bd$' -- $given[1]; and set at bd
  __fleet_level "$at"
  for word in $given[2..-1]
    if test -n "$skip"
      set skip ''
      continue
    end
    switch $word
      case '-*=*'
      case '-*'
        set skip (__fleet_value $word $values)
      case '*'
        set -l next (string trim -l -- "$at $word")
        if __fleet_level "$next"
          set at $next
        else if __fleet_level "$at _"
          set at "$at _"
        else if test -z "$at"; and __fleet_level "bd $word"
          set at "bd $word"
        end
    end
  end
  if test -z "$skip"; and string match -q -- '-*' "$typed"
    set -l parts (string split -m 1 = -- $typed)
    if test (count $parts) = 1
      string join \\n -- $options
      return
    end
    set skip (__fleet_value $parts[1] $values)
    test -n "$skip"; or return
    set lead "$parts[1]="
    set typed $parts[2]
  end
  if test -n "$skip"
    set -l parts (string split -m 1 : -- $skip)
    set kind $parts[1]
    set words
    set -q parts[2]; and set words $lead(string split , -- $parts[2])
  end
  set -q words[1]; and string join \\n -- $words
  switch $kind
    case ${ASKED.join(" ")}
      __fleet_values $kind "$typed" | string replace -r -- '^' "$lead"
    case file
      __fish_complete_path "$typed" | string replace -r -- '^' "$lead"
  end
end
# What the word behind this option is; nothing for an option that takes none.
function __fleet_value
  string replace -fr -- '^'(string escape --style=regex -- $argv[1])'=' '' $argv[2..-1]
end
function __fleet_values
  if command -q fleet
    command fleet complete-values $argv 2>/dev/null </dev/null
  else
    ${self} complete-values $argv 2>/dev/null </dev/null
  end
end
function __fleet_level --no-scope-shadowing
  switch $argv[1]
${levels.map(levelCase).join("\n")}
    case '*'
      return 1
  end
  return 0
end
complete -c fleet -f -a '(__fleet_offer)'
complete -c bd -f -a '(__fleet_offer)'
`;
