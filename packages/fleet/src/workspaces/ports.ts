/** Port ranges for tasks' servers: one for each workspace of a home, reserved by a file until the workspace is deleted. */
import { join } from "node:path";

import { createExclusive, ensureDir, removeFile } from "@fleet/kit/files";
import { list } from "@fleet/kit/list";
import { readText } from "@fleet/kit/read";

import { workDir } from "./paths.ts";

const FIRST = 10_000;
/** Ports in a range. */
export const EACH = 20;
/** Below the ephemeral ports of the usual systems. */
const LAST = 32_000;

const portsDir = (home: string): string => join(workDir(home), ".ports");

const heldIn = (dir: string): string[] => list(dir).filter((name) => /^\d+$/.test(name));

/** The range's first port, the same each time a task asks; undefined where all are taken. */
export function portsOf(home: string, task: string): number | undefined {
  const dir = portsDir(home);
  ensureDir(dir, 0o700);
  const own = heldIn(dir).find((name) => readText(join(dir, name))?.trim() === task);
  if (own !== undefined) return Number(own);
  for (let port = FIRST; port + EACH <= LAST; port += EACH)
    if (createExclusive(join(dir, String(port)), `${task}\n`, { sync: false })) return port;
  return undefined;
}

/** Releases the range. */
export function freePorts(home: string, task: string): void {
  const dir = portsDir(home);
  for (const name of heldIn(dir)) if (readText(join(dir, name))?.trim() === task) removeFile(join(dir, name));
}
