/** `fleet` and `bd` for the processes of attempts: two small scripts in the home, made again at each start of an attempt. */
import { join } from "node:path";

import { shellWords } from "@fleet/kit/shell";
import { gitDirOf } from "@fleet/store/home";

import { createExclusive, replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";

export const binDir = (home: string): string => join(gitDirOf(home), "fleet", "bin");

/**
 * Plain `bd` in a project that has a beads of its own stays the real one, where one is installed: the project's agents know
 * it by that name. Everywhere else it is the fleet's queue.
 */
const BD_OF_THE_PROJECT = `here=$(dirname "$0")
dir=$PWD
while [ -n "$dir" ]; do
  for file in "$dir"/.beads/metadata.json "$dir"/.beads/config.yaml "$dir"/.beads/redirect "$dir"/.beads/*.db "$dir"/.beads/*.jsonl; do
    [ -e "$file" ] || continue
    old=$IFS; IFS=:
    for place in $PATH; do
      [ "$place" = "$here" ] || [ ! -x "$place/bd" ] || { IFS=$old; exec "$place/bd" "$@"; }
    done
    IFS=$old
    break 2
  done
  dir=\${dir%/*}
done
`;

/** `self`: the node and the fleet.js that run now. */
export function makeShims(home: string, self: readonly string[]): void {
  const command = shellWords(self);
  makeShim(home, "fleet", `#!/bin/sh\nexec ${command} "$@"\n`);
  makeShim(home, "bd", `#!/bin/sh\n${BD_OF_THE_PROJECT}exec ${command} bd "$@"\n`);
}

function makeShim(home: string, name: string, script: string): void {
  const path = join(binDir(home), name);
  if (readText(path) === script) return;
  if (!createExclusive(path, script, { mode: 0o700 })) replaceFile(path, script, { mode: 0o700 });
}
