/**
 * `run/memories`: what stands in memories.jsonl, under the object that it was read from, so that `prime`, `memories` and `recall`
 * inflate nothing: git's objects need node:zlib, and to load that takes as long as all else they do. Made when it is asked for; may
 * be deleted at any time.
 */
import { join } from "node:path";

import { writeDerived } from "@fleet/kit/files";
import { MIB, readBounded } from "@fleet/kit/read";

const MEMORIES = { most: MIB };

/** `read` gives the text of the object. */
export function memoryLines(home: string, oid: string, read: () => string): string {
  const path = join(home, "run", "memories");
  const file = readBounded(path, MEMORIES);
  const kept = file.kind === "text" ? file.text : "";
  const start = kept.indexOf("\n") + 1;
  // A torn file (a power cut) is short, or has zeros where data was not written.
  if (kept.slice(0, start) === head(oid, kept.length - start) && !kept.includes("\0")) return kept.slice(start);
  const text = read();
  writeDerived(path, () => `${head(oid, text.length)}${text}`);
  return text;
}

/** `length`: of the text, in characters. */
const head = (oid: string, length: number): string => `${oid} ${length}\n`;
