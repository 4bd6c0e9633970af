/** `fleet` and `bd` for the processes of attempts: two small scripts in the home, made again at each start of an attempt. */
import { join } from "node:path";

import { gitDirOf } from "@fleet/store/home";

import { createExclusive, replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import { chmodSync } from "node:fs";

export const binDir = (home: string): string => join(gitDirOf(home), "fleet", "bin");

/** For a POSIX shell. */
export const quoted = (text: string): string =>
  /^[A-Za-z0-9_/.:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

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
  const command = self.map(quoted).join(" ");
  makeShim(home, "fleet", `#!/bin/sh\nexec ${command} "$@"\n`);
  makeShim(home, "bd", `#!/bin/sh\n${BD_OF_THE_PROJECT}exec ${command} bd "$@"\n`);
}

function makeShim(home: string, name: string, script: string): void {
  const path = join(binDir(home), name);
  if (readText(path) === script) return;
  if (!createExclusive(path, script)) replaceFile(path, script);
  chmodSync(path, 0o700);
}
