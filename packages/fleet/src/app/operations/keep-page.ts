/** A page that a person asked for, in a file that they named. */
import { replaceFile } from "@fleet/kit/files";

import { fromCwd } from "../cwd.ts";
import type { Io } from "../io.ts";

export function keepPage(io: Pick<Io, "cwd" | "isCwdGone">, file: string, text: string): string {
  const path = fromCwd(io, file);
  replaceFile(path, text, { sync: false });
  return path;
}
