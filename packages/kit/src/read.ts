/**
 * Bounded reading of files that others may write: an agent can put a FIFO, a link, a device or a gigabyte in the place of
 * any file it can reach. Nothing here waits for a writer, follows a link unless asked, or reads more than it was told to:
 * whatever stands there, the answer comes at once, and what can't be read is `unreadable`, which is not `absent`. A machine that is
 * short of something has said neither: a ShortageError is thrown.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, type Stats } from "node:fs";

import { errno, refusalToRead, unreadable } from "./errors.ts";
import { refusedByMachine, ShortageError } from "./shortage.ts";

export const MIB = 1024 * 1024;

export interface Reading {
  /** Bytes; a larger file is unreadable. */
  readonly most?: number;
  /** A symbolic link in the file's place is followed: for what a person named or set up, never for an agent's files. */
  readonly links?: "follow";
}

export type BoundedRead =
  | { readonly kind: "text"; readonly text: string }
  /** No such file, or no such directory. */
  | { readonly kind: "absent" }
  /** Something is there, and what it says is unknown. `why` completes "it can't be read: …". */
  | { readonly kind: "unreadable"; readonly why: string };

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

/** Names the kind of file that is in the place of a regular file. */
function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return "a directory";
  if (stat.isSymbolicLink()) return "a symbolic link";
  if (stat.isFIFO()) return "a FIFO";
  if (stat.isSocket()) return "a socket";
  return "a device";
}

const inItsPlace = (stat: Stats): string => `there is ${kindOf(stat)} in its place`;

/** A regular file that is open for reading; the caller closes it. */
export interface OpenFile {
  readonly kind: "open";
  readonly file: number;
  /** In bytes, now. */
  readonly size: () => number;
  /** When something was last written to it, in milliseconds since 1970. */
  readonly writtenAt: () => number;
  /** Which file it is, whatever its name. */
  readonly inode: number;
  readonly close: () => void;
}

export type Opened = OpenFile | Exclude<BoundedRead, { kind: "text" }>;

/** Decodes an error of reading; throws errors that say nothing about the file. */
function refused(error: unknown, path: string): Extract<BoundedRead, { kind: "unreadable" }> {
  const short = refusedByMachine(error);
  if (short !== undefined) throw new ShortageError(short, "it can't be read", { where: path, cause: error });
  const why = refusalToRead(error);
  if (why === undefined) throw error;
  return { kind: "unreadable", why };
}

/** A regular file, opened for reading; never waits. Errors that are no refusal of the disk are thrown. */
export function openRegular(path: string, { links }: Pick<Reading, "links"> = {}): Opened {
  let file: number;
  try {
    file = openSync(path, O_RDONLY | O_NONBLOCK | (links === "follow" ? 0 : O_NOFOLLOW));
  } catch (error) {
    const code = errno(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    // A link under O_NOFOLLOW is ELOOP, a socket ENXIO; EMLINK on some systems.
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile() && (links !== "follow" || !there.isSymbolicLink()))
      return { kind: "unreadable", why: inItsPlace(there) };
    return refused(error, path);
  }
  const stat = fstatSync(file);
  if (stat.isFile())
    return {
      kind: "open",
      file,
      size: () => fstatSync(file).size,
      writtenAt: () => fstatSync(file).mtimeMs,
      inode: stat.ino,
      close: () => closeSync(file),
    };
  closeSync(file);
  return { kind: "unreadable", why: inItsPlace(stat) };
}

/** Up to `most` bytes from `from` on; fewer where the file ends. */
export function readFrom(file: number, from: number, most: number): Buffer {
  const buffer = Buffer.allocUnsafe(most);
  let length = 0;
  for (let read = -1; read !== 0 && length < most; length += read)
    read = readSync(file, buffer, length, most - length, from + length);
  return buffer.subarray(0, length);
}

/** All of a file's bytes or none; `beginning`: only of a file that begins with this ASCII text, else `absent`. */
function whole(
  path: string,
  { most = MIB, links }: Reading,
  beginning = "",
): Buffer | Exclude<BoundedRead, { kind: "text" }> {
  const opened = openRegular(path, links === undefined ? {} : { links });
  if (opened.kind !== "open") return opened;
  const { file } = opened;
  const size = opened.size();
  try {
    const tooLarge = { kind: "unreadable", why: `it has more than ${most} bytes` } as const;
    if (size > most) return tooLarge;
    if (beginning !== "" && readFrom(file, 0, beginning.length).toString("latin1") !== beginning)
      return { kind: "absent" };
    // Files of /proc and of cgroups say that they have no size; others may grow meanwhile.
    const bytes = readFrom(file, 0, size === 0 ? most + 1 : size + 1);
    return bytes.length > most ? tooLarge : bytes;
  } catch (error) {
    return refused(error, path);
  } finally {
    opened.close();
  }
}

export function readBounded(path: string, reading: Reading = {}): BoundedRead {
  const bytes = whole(path, reading);
  return Buffer.isBuffer(bytes) ? { kind: "text", text: bytes.toString("utf8") } : bytes;
}

function orThrow(path: string, read: Buffer | Exclude<BoundedRead, { kind: "text" }>): Buffer | undefined {
  if (Buffer.isBuffer(read)) return read;
  if (read.kind === "unreadable") throw unreadable(path, read.why);
  return undefined;
}

/** The bytes of a file, or undefined when there is none; a typed error for one that can't be read. */
export const readBytes = (path: string, reading: Reading = {}): Buffer | undefined =>
  orThrow(path, whole(path, reading));

/** The same of a file that begins with this ASCII text; undefined also for one that does not, which is not read further. */
export const readBytesOf = (path: string, beginning: string, reading: Reading = {}): Buffer | undefined =>
  orThrow(path, whole(path, reading, beginning));

/** The text of a file, or undefined when there is none; a typed error for one that can't be read. */
export const readText = (path: string, reading: Reading = {}): string | undefined =>
  readBytes(path, reading)?.toString("utf8");

/** The target of a symbolic link; undefined if it is none. */
export function linkText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    const code = errno(error);
    if (code === "EINVAL" || code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(path, refused(error, path).why);
  }
}

/** The last bytes of a file, as text; undefined when there is none. */
export function readEnd(path: string, bytes: number): string | undefined {
  const opened = openRegular(path);
  if (opened.kind === "absent") return undefined;
  if (opened.kind === "unreadable") throw unreadable(path, opened.why);
  try {
    const size = opened.size();
    return readFrom(opened.file, Math.max(0, size - bytes), Math.min(bytes, size)).toString("utf8");
  } finally {
    opened.close();
  }
}
