/** Copies of files that are named for what they hold, made only where they hold it: whoever made the original may have lied. */
import { closeSync, openSync, readSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { diskTrouble } from "./errors.ts";
import { beside, discard, ensureDir } from "./files.ts";
import { crypto } from "./node.ts";
import { openRegular } from "./read.ts";

const PART = 1024 * 1024;

/** False, and nothing at `to`, where the original is no file whose content has this SHA-256. */
export function copyVerified(from: string, to: string, sha256: string): boolean {
  const opened = openRegular(from);
  if (opened.kind !== "open") return false;
  ensureDir(dirname(to));
  const temporary = beside(to);
  try {
    const isIt = copyHashed(opened.file, temporary) === sha256;
    if (isIt) renameSync(temporary, to);
    return isIt;
  } catch (error) {
    throw diskTrouble(error, to);
  } finally {
    closeSync(opened.file);
    discard(temporary);
  }
}

/** Hashes the bytes that are written: the original may change meanwhile. */
function copyHashed(file: number, to: string): string {
  const hash = crypto().createHash("sha256");
  const part = Buffer.alloc(PART);
  const copy = openSync(to, "wx", 0o644);
  try {
    for (;;) {
      const read = readSync(file, part, 0, PART, null);
      if (read === 0) return hash.digest("hex");
      const bytes = part.subarray(0, read);
      hash.update(bytes);
      writeFileSync(copy, bytes);
    }
  } finally {
    closeSync(copy);
  }
}
