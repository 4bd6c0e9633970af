/**
 * Errors that people read: each says what was wrong, where, and the command that fixes it. A package derives its own class
 * with a closed set of codes; what the disk refuses is the same everywhere, and is here.
 */
import { shellWord } from "./shell.ts";

export interface ErrorDetails {
  /** File, line and column, or path, that the message is about. */
  readonly where?: string;
  /** A command, or a sentence, that fixes it. */
  readonly mend?: string;
  readonly cause?: unknown;
}

/** Turned into text and an exit code in one place, in the fleet package. */
export abstract class FleetError extends Error {
  abstract readonly code: string;
  readonly where: string | undefined;
  readonly mend: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.where = details.where;
    this.mend = details.mend;
  }
}

export type DiskErrorCode =
  /** It can't be read: what it holds is unknown, which is not the same as absent. */
  | "unreadable"
  /** It can't be written: nothing was. */
  | "unwritable";

/** A refusal of the file system, or of something in a file's place. */
export class DiskError extends FleetError {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;

  constructor(code: DiskErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.code = code;
  }
}

/** The `code` of a Node system error ("ENOENT", "ENOSPC", …), or undefined for anything else, also for our own errors. */
export function errno(error: unknown): string | undefined {
  if (error instanceof FleetError) return undefined;
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission was refused",
  EPERM: "permission was refused",
  EIO: "the disk has an error",
  ENOTDIR: "a part of the path is a file",
  EISDIR: "there is a directory in its place",
  // Node's own, of rm.
  ERR_FS_EISDIR: "there is a directory in its place",
  ENXIO: "there is no regular file in its place",
  ELOOP: "the path leads in a circle",
  ENAMETOOLONG: "the path is too long",
  EXDEV: "a part of the path is on another file system",
  ENOTSUP: "the file system has no hard links, or the like",
  ENOSYS: "the file system has no hard links, or the like",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOMEM: "the machine has no memory left",
};

/** The same in the C library's words, as git prints them. */
const IN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, "the disk is full"],
  [/Disk quota exceeded/, "the disk quota is used up"],
  [/Read-only file system/, "the file system is read-only"],
  [/Permission denied|Operation not permitted/, "permission was refused"],
  [/Input\/output error/, "the disk has an error"],
];

/** The disk problem in a program's error text, or undefined. */
export function diskWords(text: string): string | undefined {
  return IN_WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Why the system refused, in words; undefined for what is no system error of a disk. */
export const refusal = (error: unknown): string | undefined => REFUSALS[errno(error) ?? ""];

/**
 * The same of reading, which any answer of the system refuses: files of a kernel, as those of /proc, have each their own
 * (EAGAIN, EINVAL, ESRCH, …). Undefined for our own errors and Node's.
 */
export function refusalToRead(error: unknown): string | undefined {
  const code = errno(error) ?? "";
  return refusal(error) ?? (/^E[A-Z0-9]+$/.test(code) ? `the system answers ${code}` : undefined);
}

/** A disk's refusal to let something be read, as a typed error; anything else comes back as it was. */
export function readTrouble(error: unknown, path: string): unknown {
  if (error instanceof FleetError) return error;
  const why = refusalToRead(error);
  return why === undefined ? error : unreadable(path, why, error);
}

/** The error of a file that is there and can't be read. */
export const unreadable = (path: string, why: string, cause?: unknown): DiskError =>
  new DiskError("unreadable", `it can't be read: ${why}`, { where: path, mend: `ls -ld ${shellWord(path)}`, cause });

/** The result of `read`, or of `otherwise` if a file can't be read: for callers that can continue without it. */
export function readOr<T, U>(read: () => T, otherwise: (error: DiskError) => U): T | U {
  try {
    return read();
  } catch (error) {
    if (error instanceof DiskError && error.code === "unreadable") return otherwise(error);
    throw error;
  }
}

export const ifReadable = <T>(read: () => T): T | undefined => readOr(read, () => undefined);

/** Turns a disk's refusal into a typed error; anything else comes back as it was. */
export function diskTrouble(error: unknown, path: string): unknown {
  if (error instanceof FleetError) return error;
  const why = refusal(error);
  if (why === undefined) return error;
  return new DiskError("unwritable", `nothing was written: ${why}`, {
    where: path,
    mend: `df -h ${shellWord(path)}; ls -ld ${shellWord(path)}`,
    cause: error,
  });
}
