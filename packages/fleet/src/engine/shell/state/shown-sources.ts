/**
 * Of which directories no clone can be made, as the supervisor saw it: kept in run/sources.json for commands, which can't wait
 * for git in each of them.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { encodeId, ownId } from "@fleet/kit/process/id";

import { leader } from "./leader.ts";

/** Why not, by directory; where that depends on the branch, by both. */
export type Refused = Readonly<Record<string, string>>;

const schema = z.object({
  /** Of which supervisor this is. */
  process: z.string(),
  refused: z.record(z.string(), z.string()),
});

const pathOf = (home: string): string => join(home, "run", "sources.json");

/** Empty where no supervisor runs. */
export function shownSources(home: string): Refused {
  const shown = readJsonAs(pathOf(home), schema);
  return shown !== undefined && leader(home)?.process === shown.process ? shown.refused : {};
}

export function showSources(home: string, refused: Refused): void {
  replaceFile(pathOf(home), `${JSON.stringify({ process: encodeId(ownId()), refused })}\n`, { sync: false });
}
