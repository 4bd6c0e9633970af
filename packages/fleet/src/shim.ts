/** `fleet` and `bd` for the processes of attempts: two small scripts in the home, made again at each start of an attempt. */
import { join } from "node:path";

import { gitDirOf } from "@fleet/store/home";

import { createOnce, readText, replaceFile } from "./files.ts";
import { chmodSync } from "node:fs";

export const binDir = (home: string): string => join(gitDirOf(home), "fleet", "bin");

/** For a POSIX shell. */
export const quoted = (text: string): string =>
  /^[A-Za-z0-9_/.:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** `self`: the node and the fleet.js that run now. */
export function makeShims(home: string, self: readonly string[]): void {
  for (const [name, extra] of [
    ["fleet", ""],
    ["bd", " bd"],
  ] as const) {
    const path = join(binDir(home), name);
    const script = `#!/bin/sh\nexec ${self.map(quoted).join(" ")}${extra} "$@"\n`;
    if (readText(path) === script) continue;
    if (!createOnce(path, script)) replaceFile(path, script);
    chmodSync(path, 0o700);
  }
}
