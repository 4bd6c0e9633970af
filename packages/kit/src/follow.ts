/** Prints a file's lines as they come: from the start, and with `follow` on until the end is signalled. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { errno } from "./errors.ts";

const CHUNK = 1024 * 1024;
const POLL = 100;

export interface Following {
  readonly path: () => string;
  readonly line: (line: string) => void;
  /** Asked when the file has no more: whether more may come. */
  readonly goOn: () => boolean;
  readonly stop: AbortSignal;
}

/** `path` may change (a new attempt): the new file is read from its start. Memory stays at one chunk and one line. */
export async function follow(what: Following): Promise<void> {
  let open: { readonly path: string; readonly file: number; offset: number; rest: Buffer } | undefined;
  const buffer = Buffer.alloc(CHUNK);
  try {
    while (!what.stop.aborted) {
      const path = what.path();
      if (open?.path !== path) {
        if (open !== undefined) closeSync(open.file);
        open = undefined;
        try {
          open = { path, file: openSync(path, "r"), offset: 0, rest: Buffer.alloc(0) };
        } catch (error) {
          if (errno(error) !== "ENOENT") throw error;
        }
      }
      const read =
        open === undefined || fstatSync(open.file).size <= open.offset
          ? 0
          : readSync(open.file, buffer, 0, CHUNK, open.offset);
      if (open !== undefined && read > 0) {
        open.offset += read;
        const text = Buffer.concat([open.rest, buffer.subarray(0, read)]);
        const end = text.lastIndexOf(10);
        for (const line of text.subarray(0, Math.max(0, end)).toString("utf8").split("\n"))
          if (end >= 0) what.line(line);
        open.rest = Buffer.from(text.subarray(end + 1));
        continue;
      }
      // Put aside and begun anew: read to its end, it is left for the one that has its name now.
      const named = statSync(path, { throwIfNoEntry: false });
      if (open !== undefined && named !== undefined && named.ino !== fstatSync(open.file).ino) {
        closeSync(open.file);
        open = undefined;
        continue;
      }
      if (!what.goOn()) break;
      await sleep(POLL, undefined, { signal: what.stop }).catch(() => undefined);
    }
    if (open !== undefined && open.rest.length > 0) what.line(open.rest.toString("utf8"));
  } finally {
    if (open !== undefined) closeSync(open.file);
  }
}
