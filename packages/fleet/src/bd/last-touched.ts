/**
 * The issue that a verb means when it is given none. In an attempt that is its own task. Elsewhere it is the one that the same
 * actor last worked on from the same directory: many work on one home side by side, and none means another's.
 *
 * One small file for each actor and directory, `run/touched/N`: a convenience, so two that fall on one N forget, and never mix.
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

/** What the file starts with. The actor as far as it is known without asking git, which says the same in one directory. */
const keyOf = ({ io, actorFlag }: Toucher): string =>
  `${actorFlag || io.env["BEADS_ACTOR"] || io.env["BD_ACTOR"] || ""}\n${io.cwd}\n`;

const directoryOf = (home: string): string => join(home, "run", "touched");

function fileOf(home: string, key: string): string {
  // FNV-1a: node:crypto takes longer to load than `show` has.
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
  // It may be another's.
  return text.startsWith(key) ? /^(\S+)\n$/.exec(text.slice(key.length))?.[1] : undefined;
}

/** A full or read-only disk does not fail a verb that has done its work. */
export function touch(toucher: Toucher, id: string): void {
  if (taskOf(toucher) !== undefined) return;
  const key = keyOf(toucher);
  const [file, text] = [fileOf(toucher.home, key), `${key}${id}\n`];
  // Who shows one issue again and again, writes once.
  const there = readBounded(file);
  if (there.kind !== "text" || there.text !== text) writeDerived(file, () => text);
}
