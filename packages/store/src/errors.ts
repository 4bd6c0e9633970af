/**
 * Every way in which the store says no. An error carries what was wrong, where, and the command that mends it;
 * it is turned into text and an exit code in one place, in the fleet package.
 */
import { shellWord } from "./git/hint.ts";

export type StoreErrorCode =
  /** No issue by that id, or by a part of it. */
  | "not-found"
  /** A part of an id that fits several issues. */
  | "ambiguous"
  /** A value that the store does not take (title, priority, type, status, id, edge). */
  | "invalid"
  /** The issue is held by somebody else, or its status does not allow a claim. */
  | "not-claimable"
  /** A guard (pinned, open blockers, open children, a held claim) that `--force` or a person has to lift. */
  | "guarded"
  /** The edge would close a cycle. */
  | "cycle"
  /** The home is not a fleet home, or of a newer format. */
  | "home"
  /** What git holds can't be read or decoded: it is unknown, which is not the same as absent. */
  | "unreadable"
  /** The write could not be made: disk, permission, a lock that somebody else holds, git missing. */
  | "unwritable";

export interface StoreErrorDetails {
  /** File, line and column, or path, that the message is about. */
  readonly where?: string;
  /** A command, or a sentence, that mends it. */
  readonly mend?: string;
  readonly cause?: unknown;
}

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly where: string | undefined;
  readonly mend: string | undefined;

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "StoreError";
    this.code = code;
    this.where = details.where;
    this.mend = details.mend;
  }
}

/** The `code` of a Node system error ("ENOENT", "ENOSPC", …), or undefined for anything else. */
export function errno(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

const DISK_TROUBLE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission was refused",
  EPERM: "permission was refused",
  EIO: "the disk has an error",
  ENOTDIR: "a part of the path is a file",
  EISDIR: "there is a directory in its place",
  ELOOP: "the path leads in a circle",
  ENAMETOOLONG: "the path is too long",
  EXDEV: "a part of the path is on another file system",
  ENOTSUP: "the file system has no hard links, or the like",
  ENOSYS: "the file system has no hard links, or the like",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

/** The same in the C library's words, as git prints them. */
const IN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, "the disk is full"],
  [/Disk quota exceeded/, "the disk quota is used up"],
  [/Read-only file system/, "the file system is read-only"],
  [/Permission denied|Operation not permitted/, "permission was refused"],
  [/Input\/output error/, "the disk has an error"],
];

/** What of a disk's trouble is in a program's error text, or undefined. */
export function diskWords(text: string): string | undefined {
  return IN_WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

/** A disk's refusal to let something be read, as a typed error; anything else comes back as it was. */
export function readTrouble(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  const why = DISK_TROUBLE[errno(error) ?? ""];
  if (why === undefined) return error;
  return new StoreError("unreadable", `it can't be read: ${why}`, {
    where: path,
    mend: `ls -ld ${shellWord(path)}`,
    cause: error,
  });
}

/** Turns a disk's refusal into a typed error; anything else comes back as it was. */
export function diskTrouble(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  const why = DISK_TROUBLE[errno(error) ?? ""];
  if (why === undefined) return error;
  return new StoreError("unwritable", `nothing was written: ${why}`, {
    where: path,
    mend: `df -h ${shellWord(path)}; ls -ld ${shellWord(path)}`,
    cause: error,
  });
}
