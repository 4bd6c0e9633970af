/** Reads a plan file, with what the home knows. Loaded only for plans, because it loads the markdown parser. */
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

/** `what` begins the error message. */
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

/** Without a home there are only the built-in types. */
export function planned(text: string, name: string, snapshot: Snapshot | undefined): Planned[] {
  const meta = snapshot?.meta ?? emptyMeta("fleet");
  // Only a whole id, or all after its prefix: an abbreviation is too vague for tasks that start on their own.
  const known: Known = {
    type: (word) => typeOf(meta, word),
    issue: (word) =>
      [word, `${meta.prefix}-${word}`].map((id) => snapshot?.peek(id)?.id).find((id) => id !== undefined),
  };
  return readPlan(text, name, known);
}
