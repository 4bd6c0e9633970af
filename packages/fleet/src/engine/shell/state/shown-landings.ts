/**
 * How what is to land by itself stands, as the supervisor saw it: kept in run/landings.json for commands, which don't ask git for
 * each of them.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { encodeId, ownId } from "@fleet/kit/process/id";

import { VIA } from "../../../settings/land.ts";
import type { LandingView } from "../../core/landing.ts";
import { leader } from "./leader.ts";

const view = z.object({
  task: z.string(),
  repository: z.string(),
  priority: z.number(),
  via: z._default(z.enum(VIA), "branch"),
  target: z._default(z.string(), ""),
  at: z.string(),
  after: z.array(z.string()),
  state: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("free") }),
    z.object({ kind: z.literal("under-way") }),
    z.object({
      kind: z.literal("held"),
      why: z.string(),
      mend: z.nullable(z.string()),
      person: z.boolean(),
      holds: z._default(z.enum(["task", "target"]), "task"),
      isDue: z.boolean(),
    }),
  ]),
});

const schema = z.object({
  /** The supervisor that wrote it. */
  process: z.string(),
  landings: z.array(view),
});

const pathOf = (home: string): string => join(home, "run", "landings.json");

/** Empty where no supervisor runs. */
export function shownLandings(home: string): readonly LandingView[] {
  const shown = readJsonAs(pathOf(home), schema);
  return shown !== undefined && leader(home)?.process === shown.process ? shown.landings : [];
}

export function showLandings(home: string, landings: readonly LandingView[]): void {
  replaceFile(pathOf(home), `${JSON.stringify({ process: encodeId(ownId()), landings })}\n`, { sync: false });
}
