/** Whether the fleet is paused or draining: a file in the home, so that it outlives the supervisor. */
import { join } from "node:path";
import * as z from "zod/mini";

import { gitDirOf } from "@fleet/store/home";

import { readJson, replaceFile } from "../files.ts";

const schema = z.object({ mode: z.enum(["running", "paused", "draining"]), since: z.string(), by: z.string() });
export type ModeRecord = z.infer<typeof schema>;

const path = (home: string): string => join(gitDirOf(home), "fleet", "mode.json");

/** Undefined: it was never paused. */
export function readMode(home: string): ModeRecord | undefined {
  const decoded = z.safeParse(schema, readJson(path(home)));
  return decoded.success ? decoded.data : undefined;
}

export function writeMode(home: string, record: ModeRecord): void {
  replaceFile(path(home), `${JSON.stringify(record)}\n`);
}
