/**
 * In which directories no task can begin, as the supervisor saw it: kept in run/sources.json for commands, which can't wait
 * for the disk and git in each of them.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { encodeId, ownId } from "@fleet/kit/process/id";

import type { NoStart } from "../../core/world.ts";
import { OTHERWISE } from "../../../workspaces/beginning.ts";
import { leader } from "./leader.ts";

/** Why not, by what the same answer holds for (`keyOf` of sources-seen.ts). */
export type Refused = Readonly<Record<string, NoStart>>;

const schema = z.object({
  /** Of which supervisor this is. */
  process: z.string(),
  refused: z.record(
    z.string(),
    z.object({
      kind: z.enum(["no-clone", "strayed"]),
      why: z.string(),
      otherwise: z.optional(z.enum(OTHERWISE)),
    }),
  ),
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
