/** A small file put in place whole: whoever reads it sees the old or the new, never a part. */
import { renameSync, writeFileSync } from "node:fs";

import { discard } from "../files.ts";
import { crypto } from "../node.ts";

export function putWhole(path: string, text: string): void {
  const temporary = `${path}.${crypto().randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}
