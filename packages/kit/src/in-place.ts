/** Writing into a file that others may have open: a log that grows, a note of one size. Errors of the disk are typed (`DiskError`). */
import { closeSync, constants, fstatSync, openSync, writeFileSync } from "node:fs";

import { diskTrouble, DiskError } from "./errors.ts";

const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOFOLLOW } = constants;

/**
 * Overwrites a small file in place, always with so many bytes: once it is there, that takes no room on a disk that is full.
 * A reader may meanwhile see a mixture of old and new.
 */
export function overwrite(path: string, text: string, size: number): void {
  const bytes = Buffer.alloc(size, " ");
  bytes.write(text);
  bytes.write("\n", size - 1);
  try {
    const file = openSync(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o600);
    try {
      writeFileSync(file, bytes);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

/** Appends to a regular file, made where it is missing. What else is in its place (a FIFO, a link) is refused, not waited for. */
export function appendText(path: string, text: string | Uint8Array, mode = 0o600): void {
  const file = openAppend(path, mode);
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw diskTrouble(error, path);
  } finally {
    closeSync(file);
  }
}

/** A regular file opened for appending, for whoever is to write into it for long. The caller closes it. */
export function openAppend(path: string, mode = 0o600): number {
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, mode);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
  } catch (error) {
    throw diskTrouble(error, path);
  }
  throw new DiskError("unwritable", "nothing was written: there is no regular file in its place", { where: path });
}
