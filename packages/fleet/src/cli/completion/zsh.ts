/** The completion script for zsh. */
import { type Level, type Option, valuesOf, type Word } from "./levels.ts";
import { ASKED } from "./slots.ts";

/** In single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** For _describe: a colon separates a value from its description. */
const described = ({ name, help }: Word): string =>
  quoted(help === "" ? name : `${name.replaceAll(/[:\\]/g, String.raw`\$&`)}:${help}`);

const dashes = ({ dashed, help }: Option): Word[] => dashed.map((name) => ({ name, help }));

function levelCase(level: Level): string {
  const { path, words, kind, options } = level;
  return [
    `    ${quoted(path)})`,
    `words_here=(${words.map(described).join(" ")})`,
    `kind=${kind}`,
    `options_here=(${options.flatMap(dashes).map(described).join(" ")})`,
    `values_here=(${valuesOf(level).join(" ")}) ;;`,
  ].join(" ");
}

export const zsh = (levels: readonly Level[], self: string): string => `#compdef fleet bd
# zsh completion for fleet and bd
_fleet() {
  local at='' word kind skip='' i
  local -a words_here options_here values_here
  [[ \${words[1]:t} == bd ]] && at=bd
  _fleet_level "$at"
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      -*=*) ;;
      -*) skip=\${\${(M)values_here:#\${word}=*}#*=} ;;
      *)
        if _fleet_level "\${at:+$at }$word"; then at="\${at:+$at }$word"
        elif _fleet_level "$at _"; then at="$at _"
        elif [[ -z $at ]] && _fleet_level "bd $word"; then at="bd $word"; fi ;;
    esac
  done
  if [[ -z $skip && $PREFIX == -*=* ]]; then
    skip=\${\${(M)values_here:#\${PREFIX%%=*}=*}#*=}
    [[ -n $skip ]] || return 1
    compset -P 1 '*='
  elif [[ -z $skip && $PREFIX == -* ]]; then
    _describe -o 'option' options_here
    return
  fi
  if [[ -n $skip ]]; then
    kind=\${skip%%:*} words_here=()
    [[ $skip == *:* ]] && words_here=(\${(s:,:)\${skip#*:}})
  fi
  local ret=1
  # A setting of which the value is to be typed is followed by it at once.
  local -a begun whole
  begun=(\${(M)words_here:#*=(|:*)})
  whole=(\${words_here:#*=(|:*)})
  (( $#begun )) && _describe 'setting' begun -S '' && ret=0
  (( $#whole )) && _describe 'command' whole && ret=0
  case $kind in
    ${ASKED.join("|")}) _fleet_values $kind && ret=0 ;;
    file) _files && ret=0 ;;
  esac
  return ret
}
_fleet_values() {
  local line
  local -a found
  while IFS= read -r line; do
    found+=("\${line/$'\\t'/:}")
  done < <(if (( $+commands[fleet] )); then command fleet complete-values $1 "$PREFIX"
    else ${self} complete-values $1 "$PREFIX"; fi 2>/dev/null </dev/null)
  (( $#found )) && _describe "$1" found
}
_fleet_level() {
  case $1 in
${levels.map(levelCase).join("\n")}
    *) return 1 ;;
  esac
}
if [[ $funcstack[1] == _(fleet|bd) ]]; then _fleet "$@"; else compdef _fleet fleet bd; fi
`;
