/**
 * A ref, written as git writes a loose one, without the start of a git: for whoever is the only one who writes into that
 * repository, where refs are files. Nothing of the name is checked.
 */
import { join } from "node:path";

import { replaceFile } from "../files.ts";

export const writeRef = (gitDir: string, name: string, oid: string): void =>
  replaceFile(join(gitDir, name), `${oid}\n`, { mode: 0o644 });
