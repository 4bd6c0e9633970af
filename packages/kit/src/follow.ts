/** Prints a file's lines as they come: from the start, and with `follow` on until the end is signalled. */
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { unreadable } from "./errors.ts";
import { openRegular, type OpenFile, readFrom } from "./read.ts";

const CHUNK = 1024 * 1024;
const POLL = 100;

export interface Following {
  readonly path: () => string;
  readonly line: (line: string) => void;
  /** Asked when the file has no more: whether more may come. */
  readonly goOn: () => boolean;
  readonly stop: AbortSignal;
}

/** A file that is being read, and what of its last line is there so far. */
interface Reader {
  readonly path: string;
  readonly file: OpenFile;
  offset: number;
  rest: Buffer;
}

/** Undefined where there is no such file (yet). */
function openAt(path: string): Reader | undefined {
  const file = openRegular(path);
  if (file.kind === "unreadable") throw unreadable(path, file.why);
  return file.kind === "open" ? { path, file, offset: 0, rest: Buffer.alloc(0) } : undefined;
}

/** `path` may change (a new attempt): the new file is read from its start. Memory stays at one chunk and one line. */
export async function follow(what: Following): Promise<void> {
  let open: Reader | undefined;
  try {
    while (!what.stop.aborted) {
      const path = what.path();
      if (open?.path !== path) {
        open?.file.close();
        open = openAt(path);
      }
      if (open !== undefined && open.file.size() > open.offset) {
        const bytes = readFrom(open.file.file, open.offset, Math.min(CHUNK, open.file.size() - open.offset));
        open.offset += bytes.length;
        const text = Buffer.concat([open.rest, bytes]);
        const end = text.lastIndexOf(10);
        for (const line of text.subarray(0, Math.max(0, end)).toString("utf8").split("\n"))
          if (end >= 0) what.line(line);
        open.rest = Buffer.from(text.subarray(end + 1));
        continue;
      }
      // Put aside and begun anew: read to its end, it is left for the one that has its name now.
      const named = statSync(path, { throwIfNoEntry: false });
      if (open !== undefined && named !== undefined && named.ino !== open.file.inode) {
        open.file.close();
        open = undefined;
        continue;
      }
      if (!what.goOn()) break;
      await sleep(POLL, undefined, { signal: what.stop }).catch(() => undefined);
    }
    if (open !== undefined && open.rest.length > 0) what.line(open.rest.toString("utf8"));
  } finally {
    open?.file.close();
  }
}
