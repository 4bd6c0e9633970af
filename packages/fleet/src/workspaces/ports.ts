/** Ports for the servers of a task: a range of its own for each workspace of a home, held by a file until it is deleted. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { createExclusive, ensureDir, removeFile } from "@fleet/kit/files";
import { errno } from "@fleet/kit/errors";
import { readText } from "@fleet/kit/read";

import { workDir } from "./paths.ts";

const FIRST = 10_000;
/** So many each workspace has. */
export const EACH = 20;
/** Below the ports that systems give out on their own. */
const LAST = 32_000;

const portsDir = (home: string): string => join(workDir(home), ".ports");

const heldIn = (dir: string): string[] => {
  try {
    return readdirSync(dir).filter((name) => /^\d+$/.test(name));
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
};

/** The first of the range, the same each time a task asks; undefined where all are taken. */
export function portsOf(home: string, task: string): number | undefined {
  const dir = portsDir(home);
  ensureDir(dir, 0o700);
  const own = heldIn(dir).find((name) => readText(join(dir, name))?.trim() === task);
  if (own !== undefined) return Number(own);
  for (let port = FIRST; port + EACH <= LAST; port += EACH)
    if (createExclusive(join(dir, String(port)), `${task}\n`, { sync: false })) return port;
  return undefined;
}

/** Gives them back: another workspace may have them. */
export function freePorts(home: string, task: string): void {
  const dir = portsDir(home);
  for (const name of heldIn(dir)) if (readText(join(dir, name))?.trim() === task) removeFile(join(dir, name));
}
