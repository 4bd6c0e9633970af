/** Three ways to write a file so that nobody ever reads half of it. Everything is made with umask 077. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, relative } from "node:path";

import { diskTrouble, errno, readTrouble } from "@fleet/store/errors";

function aside(path: string, text: string): string {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = openSync(temporary, "wx", 0o600);
  try {
    // Not writeSync: on a disk that is nearly full it may write a part and say so only in its result.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** Replaces the file as a whole. */
export function replaceFile(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw diskTrouble(error, path);
  }
  replaceInPlace(path, text);
}

/** As `replaceFile`, in a directory that is there: one that was deleted is not made again. */
export function replaceInPlace(path: string, text: string): void {
  try {
    renameSync(aside(path, text), path);
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

/** Makes the file with all of its content at once (link(2)), or answers false because it is there already. */
export function createOnce(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = aside(path, text);
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if (errno(error) === "EEXIST") return false;
      throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw diskTrouble(error, path);
  }
}

/** The text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return undefined;
    throw readTrouble(error, path);
  }
}

/** The last bytes of a file, as text; undefined when there is none. */
export function readEnd(path: string, bytes: number): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return undefined;
    throw readTrouble(error, path);
  }
  try {
    const from = Math.max(0, fstatSync(file).size - bytes);
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(file, buffer, 0, bytes, from)).toString("utf8");
  } finally {
    closeSync(file);
  }
}

/** JSON of a file as unknown; undefined for no file, or for what is no JSON (a torn write by somebody else). */
export function readJson(path: string): unknown {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A link at `path` that points to `target`, replacing the one that was there. */
export function linkTo(target: string, path: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  symlinkSync(relative(dirname(path), target), temporary);
  renameSync(temporary, path);
}
