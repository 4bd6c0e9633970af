/**
 * The issue that a verb without an id means. In an attempt, its own task. Elsewhere, the last one that the same actor worked on from
 * the same directory, because many actors share a home. Stored in one small file for each actor and directory, `run/touched/N`. It is
 * only a convenience: if two hash to the same N, the value is lost, never mixed up.
 */
import { join } from "node:path";

import { writeDerived } from "@fleet/kit/files";
import { readBounded } from "@fleet/kit/read";
import type { Io } from "../app/io.ts";

export interface Toucher {
  readonly io: Pick<Io, "cwd" | "env">;
  readonly home: string;
  readonly actorFlag: string | undefined;
}

const FILES = 1024;

const taskOf = ({ io }: Toucher): string | undefined => io.env["FLEET_TASK_ID"] || undefined;

/** The file's first line. The actor as far as known without git, whose answer is the same within a directory. */
const keyOf = ({ io, actorFlag }: Toucher): string =>
  `${actorFlag || io.env["BEADS_ACTOR"] || io.env["BD_ACTOR"] || ""}\n${io.cwd}\n`;

const directoryOf = (home: string): string => join(home, "run", "touched");

function fileOf(home: string, key: string): string {
  // FNV-1a: loading node:crypto would take longer than `show` may.
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return join(directoryOf(home), String((hash >>> 0) % FILES));
}

export function lastTouched(toucher: Toucher): string | undefined {
  const own = taskOf(toucher);
  if (own !== undefined) return own;
  const key = keyOf(toucher);
  const read = readBounded(fileOf(toucher.home, key));
  const text = read.kind === "text" ? read.text : "";
  // The file may belong to another actor with the same hash.
  return text.startsWith(key) ? /^(\S+)\n$/.exec(text.slice(key.length))?.[1] : undefined;
}

/** A full or read-only disk must not fail a verb that has done its work. */
export function touch(toucher: Toucher, id: string): void {
  if (taskOf(toucher) !== undefined) return;
  const key = keyOf(toucher);
  const [file, text] = [fileOf(toucher.home, key), `${key}${id}\n`];
  // Showing the same issue again writes nothing.
  const there = readBounded(file);
  if (there.kind !== "text" || there.text !== text) writeDerived(file, () => text);
}
