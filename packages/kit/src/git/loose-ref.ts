/**
 * A ref, written as git writes a loose one, without the start of a git: for whoever is the only one who writes into that
 * repository, where refs are files. Nothing of the name is checked.
 */
import { dirname, join } from "node:path";

import { ensureDir, move, replaceFile } from "../files.ts";

export function writeRef(gitDir: string, name: string, oid: string): void {
  // Not beside it: what a kill left there would be a ref of git's.
  const aside = join(gitDir, "tmp_ref");
  replaceFile(aside, `${oid}\n`, { mode: 0o644 });
  ensureDir(dirname(join(gitDir, name)));
  move(aside, join(gitDir, name));
}
