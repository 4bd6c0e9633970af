/** A plan from a file, read with what the home knows. Loaded only for plans: the parser of markdown comes with it. */
import { errno } from "@fleet/kit/errors";
import { decodeText } from "@fleet/kit/encoding";
import { readGivenBytes } from "@fleet/kit/given";
import { emptyMeta } from "@fleet/store/meta";
import type { Snapshot } from "@fleet/store/snapshot";
import { typeOf } from "@fleet/store/status";

import { Refusal } from "./errors.ts";
import { type Known, type Planned, readPlan } from "./plan.ts";
import { fileTrouble } from "./texts.ts";

export const isPlan = (path: string): boolean => /\.(?:md|markdown)$/i.test(path);

/** `what` is said in front of what is wrong with the file. */
export function planText(path: string, what: string): string {
  let bytes: Buffer;
  try {
    bytes = readGivenBytes(path);
  } catch (error) {
    const why = errno(error) === "ERR_FS_FILE_TOO_LARGE" ? "it is larger than 2 GB" : fileTrouble(error);
    throw new Refusal(`${what}: ${why}`, { cause: error });
  }
  const decoded = decodeText(bytes);
  if ("why" in decoded) throw new Refusal(`${what}: ${decoded.why}`);
  return decoded.text;
}

/** Without a home there is nothing but the built-in types. */
export function planned(text: string, name: string, snapshot: Snapshot | undefined): Planned[] {
  const meta = snapshot?.meta ?? emptyMeta("fleet");
  // An id is whole, or what stands behind the prefix: a part of one is no name for what a queue starts by itself.
  const known: Known = {
    type: (word) => typeOf(meta, word),
    issue: (word) =>
      [word, `${meta.prefix}-${word}`].map((id) => snapshot?.peek(id)?.id).find((id) => id !== undefined),
  };
  return readPlan(text, name, known);
}
