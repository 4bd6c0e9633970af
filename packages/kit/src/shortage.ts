/**
 * What the machine is short of: processes, memory, open files, room on a disk. It is no fault of whatever met it, and it
 * passes; so it is told apart from every other refusal, wherever it comes from.
 */
import { closeSync, openSync } from "node:fs";

import { type ErrorDetails, errno, FleetError } from "./errors.ts";

export const SHORTAGES = ["processes", "memory", "files", "disk"] as const;
export type Shortage = (typeof SHORTAGES)[number];

/** As a sentence. */
const WORDS: Readonly<Record<Shortage, string>> = {
  processes: "the machine has no room for another process or thread",
  memory: "the machine has no memory left",
  files: "too many files are open",
  disk: "a disk is full, or its quota used up",
};
export const shortageWords = (of: Shortage): string => WORDS[of];

const BY_CODE: Readonly<Record<string, Shortage>> = {
  EAGAIN: "processes",
  ENOMEM: "memory",
  EMFILE: "files",
  ENFILE: "files",
  ENOSPC: "disk",
  EDQUOT: "disk",
};

/** The C library's words, as git and shells print them, and our own (errors.ts). */
const IN_WORDS: readonly (readonly [RegExp, Shortage])[] = [
  [/Resource temporarily unavailable|[Cc]annot fork/, "processes"],
  [/Cannot allocate memory|Out of memory|out of memory/, "memory"],
  [/Too many open files|too many files are open/, "files"],
  [/No space left on device|the disk is full|Disk quota exceeded|the disk quota is used up/, "disk"],
];

/** A program could not be run because of it: nothing was done, and nothing follows. */
export class ShortageError extends FleetError {
  override readonly name = "ShortageError";
  readonly code: Shortage;
  /** The action that failed. */
  readonly what: string;

  constructor(code: Shortage, what: string, details: ErrorDetails = {}) {
    super(`${what}: ${WORDS[code]}`, details);
    this.code = code;
    this.what = what;
  }
}

/** By a name that the system has for errors. */
export const shortageByCode = (code: string | undefined): Shortage | undefined => BY_CODE[code ?? ""];

/** The shortage in a program's error text. */
export const shortageInText = (text: string): Shortage | undefined =>
  IN_WORDS.find(([pattern]) => pattern.test(text))?.[1];

/** EAGAIN of a read says that there is nothing to read yet. */
const isOfReading = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && (error.syscall === "read" || error.syscall === "write");

/** The shortage behind an error, also where another error was made of it; undefined where it is anything else. */
export function shortageOf(error: unknown): Shortage | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ShortageError) return at.code;
    const code = errno(at);
    if (code !== undefined) return code === "EAGAIN" && isOfReading(at) ? undefined : shortageByCode(code);
    const said = at instanceof FleetError ? shortageInText(at.message) : undefined;
    if (said !== undefined) return said;
  }
  return undefined;
}

/**
 * The machine refused to let something be looked at, which says nothing of what is there: neither that there is nothing, nor that it
 * can't be read. Undefined for every other refusal.
 */
export function refusedByMachine(error: unknown): Shortage | undefined {
  const of = shortageOf(error);
  return of === "files" || of === "memory" ? of : undefined;
}

/** A program that is started takes seven for a moment; the others are for what reads directories meanwhile. */
export const FILES_TO_START = 16;

/** Whether so many more files can be opened now. */
export function roomForFiles(count: number): Shortage | undefined {
  const open: number[] = [];
  try {
    while (open.length < count) open.push(openSync("/dev/null", "r"));
    return undefined;
  } catch (error) {
    return shortageOf(error);
  } finally {
    for (const file of open) closeSync(file);
  }
}

/**
 * Asked before a library starts a program: where there is no room for its pipes, Node answers with a child that has no
 * streams, libraries use these before they listen for its error, and that error then ends our process.
 */
export function refuseWithoutRoom(what: string): void {
  const short = roomForFiles(FILES_TO_START);
  if (short !== undefined) throw new ShortageError(short, `${what} could not be started`);
}
