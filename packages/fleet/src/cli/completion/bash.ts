/** The completion script for bash (3.2, as macOS has it, knows no compopt: there a file is offered where nothing is). */
import { type Level, valuesOf } from "./levels.ts";
import { ASKED } from "./slots.ts";

const list = (words: readonly string[]): string => `'${words.join(" ")}'`;

function levelCase(level: Level): string {
  const { path, words, kind, options } = level;
  const names = words.map(({ name }) => name);
  const dashes = options.flatMap(({ dashed }) => dashed);
  return `    '${path}') words=${list(names)} kind=${kind} options=${list(dashes)} values=' ${valuesOf(level).join(" ")} ' ;;`;
}

export const bash = (levels: readonly Level[], self: string): string => `# bash completion for fleet and bd
_fleet() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' word words kind options values skip='' i
  COMPREPLY=()
  [ "\${COMP_WORDS[0]##*/}" = bd ] && at=bd
  _fleet_level "$at"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash takes --coder=claude for three words.
    if [ "$word" = = ]; then skip=\${skip:-none}; continue; fi
    if [ -n "$skip" ]; then skip=''; continue; fi
    case $word in
      -*) [[ $values =~ " $word="([^ ]+) ]] && skip=\${BASH_REMATCH[1]} ;;
      *)
        if _fleet_level "\${at:+$at }$word"; then at="\${at:+$at }$word"
        elif _fleet_level "$at _"; then at="$at _"
        elif [ -z "$at" ] && _fleet_level "bd $word"; then at="bd $word"; fi ;;
    esac
  done
  i=$((COMP_CWORD - 1))
  if [ "$cur" = = ]; then cur=''; skip=\${skip:-none}; elif [ "\${COMP_WORDS[i]}" = = ]; then i=$((i - 1)); else i=0; fi
  if [ -n "$skip" ]; then
    local here=$words
    kind=\${skip%%:*} words=''
    case $skip in
      *:*) words=\${skip#*:} words=\${words//,/ } ;;
      # Behind mcp=, of what may follow it: \`mcp=true\` is three words, of which this is the last.
      none) for word in $here; do case $word in "\${COMP_WORDS[i]}="?*) words="$words \${word#*=}" ;; esac; done ;;
    esac
  elif [[ $cur == -* ]]; then words=$options kind=none; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  case $kind in
    ${ASKED.join("|")})
      while IFS=$'\\t' read -r word _; do COMPREPLY+=("$word"); done < <(_fleet_values "$kind" "$cur") ;;
  esac
  # readline offers files itself, unless told not to.
  [ "$kind" = file ] || compopt +o default 2>/dev/null
  case \${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac
  return 0
}
_fleet_values() {
  if type -P fleet >/dev/null; then command fleet complete-values "$@"
  else ${self} complete-values "$@"; fi 2>/dev/null </dev/null
}
_fleet_level() {
  case $1 in
${levels.map(levelCase).join("\n")}
    *) return 1 ;;
  esac
}
complete -o default -F _fleet fleet bd
`;
