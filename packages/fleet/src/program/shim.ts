/** `fleet` and `bd` for the processes of attempts: two small scripts in the home, made again at each start of an attempt. */
import { join } from "node:path";

import { shellWord } from "@fleet/kit/shell";
import { gitDirOf } from "@fleet/store/home";

import { createExclusive, replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";

import { IS_SUPPORTED } from "./node.ts";

export const binDir = (home: string): string => join(gitDirOf(home), "fleet", "bin");

/**
 * Plain `bd` in a project that has a beads of its own stays the real one, where one is installed: the project's agents know
 * it by that name. Everywhere else it is the fleet's queue. The shims of another home would ask this one in turn, for ever.
 */
const BD_OF_THE_PROJECT = `here=$(dirname "$0")
dir=$PWD
while [ -n "$dir" ]; do
  for file in "$dir"/.beads/metadata.json "$dir"/.beads/config.yaml "$dir"/.beads/redirect "$dir"/.beads/*.db "$dir"/.beads/*.jsonl; do
    [ -e "$file" ] || continue
    old=$IFS; IFS=:
    for place in $PATH; do
      case "$place" in */.git/fleet/bin) continue ;; esac
      [ "$place" = "$here" ] || [ ! -x "$place/bd" ] || { IFS=$old; exec "$place/bd" "$@"; }
    done
    IFS=$old
    break 2
  done
  dir=\${dir%/*}
done
`;

/**
 * The Node that ran when the shims were made may be gone by the time they are used (nvm uninstall, brew upgrade): then another
 * one on PATH does.
 */
const program = (node: string, script: string, mend: string): string => `node=${shellWord(node)}
program=${shellWord(script)}
if [ ! -x "$node" ]; then
  gone=$node node=
  old=$IFS; IFS=:
  for place in $PATH; do
    if [ -x "$place/node" ] && "$place/node" -e '${IS_SUPPORTED}' 2>/dev/null; then node=$place/node; break; fi
  done
  IFS=$old
  if [ -z "$node" ]; then
    printf '%s\\n' "fleet: $gone is gone, and there is no Node 20.19, 22.12 or newer on PATH; ${mend}" >&2
    exit 127
  fi
fi
if [ ! -f "$program" ]; then
  printf '%s\\n' "fleet: $program is gone; ${mend}" >&2
  exit 127
fi
`;

/** `self`: the node and the fleet.js that run now. */
export function makeShims(home: string, [node = "node", script = ""]: readonly string[]): void {
  const found = program(node, script, "a person has to run: fleet run restart");
  makeShim(home, "fleet", `#!/bin/sh\n${found}exec "$node" "$program" "$@"\n`);
  makeShim(home, "bd", `#!/bin/sh\n${BD_OF_THE_PROJECT}${found}exec "$node" "$program" bd "$@"\n`);
}

/** What `fleet shim install` puts on a person's PATH below its first lines; it lasts as long as a home's, and longer. */
export const personsShim = ([node = "node", script = ""]: readonly string[]): string =>
  `${program(node, script, "run fleet shim install again, with the fleet that is installed now")}exec "$node" "$program" bd "$@"\n`;

function makeShim(home: string, name: string, script: string): void {
  const path = join(binDir(home), name);
  if (readText(path) === script) return;
  if (!createExclusive(path, script, { mode: 0o700 })) replaceFile(path, script, { mode: 0o700 });
}
