/**
 * How files look: enough to tell later whether one has changed. By content where it is short, so that a file whose time was set
 * back is seen, and one that was only touched is not; else by size and time. Looking waits for nothing, and reads so much at most.
 */
import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import * as z from "zod/mini";

import { ifReadable } from "@fleet/kit/errors";
import { crypto } from "@fleet/kit/node";
import { linkText, MIB, readBytes } from "@fleet/kit/read";

import { PATIENCE } from "./bounds.ts";

/** By path, "" for what is not there. Without a prototype: a file may be called `__proto__` or `constructor`. */
export type Marks = Readonly<Record<string, string>>;

export const NO_MARKS: Marks = bare([]);

/** Object.create is typed as any; what is made by it is only filled with texts here. */
function bare(entries: Iterable<readonly [string, string]>): Record<string, string> {
  const made: Record<string, string> = Object.create(null);
  for (const [path, mark] of entries) made[path] = mark;
  return made;
}

const areMarks = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && Object.values(value).every((mark) => typeof mark === "string");

/** zod's own record leaves out a key `__proto__`. */
export const marks = z.pipe(
  z.custom<Record<string, string>>(areMarks),
  z.transform((read): Marks => bare(Object.entries(read))),
);

/** A longer file is known by its size and time. */
const MOST_OF_A_FILE = MIB;
/** So much is read for all files of a look, and for so long, in milliseconds, as git has; the others are known by size and time. */
const MOST_IN_ALL = 64 * MIB;
/** After this many milliseconds others are let in, however slow the disk or busy the machine. */
const AT_ONCE = 10;

export class Marker {
  #left: number;
  /** Milliseconds in which it read; what others do between two looks is none of it. */
  #spent = 0;
  #paused = performance.now();
  #isSpent = false;
  readonly #known = new Map<string, string>();

  /** `most`: so many bytes are read in all. */
  constructor(most: number = MOST_IN_ALL) {
    this.#left = most;
  }

  /** The mark of a file, or of a link itself; of several looks at one the first. */
  mark(path: string): string {
    const known = this.#known.get(path) ?? this.#look(path);
    this.#known.set(path, known);
    return known;
  }

  #look(path: string): string {
    let stat: Stats;
    try {
      stat = lstatSync(path);
    } catch {
      // Gone, or not to be seen: either way it is not there for us.
      return "";
    }
    const content = this.#content(path, stat);
    const seen = `${stat.size}:${Math.round(stat.mtimeMs * 1000)}:${stat.mode.toString(8)}`;
    return content === undefined ? seen : `${seen}:${content}`;
  }

  async markAll(top: string, paths: readonly string[]): Promise<Marks> {
    const found: [string, string][] = [];
    for (const path of paths) {
      await this.pause();
      found.push([path, this.mark(join(top, path))]);
    }
    return bare(found);
  }

  /** Something was not read that would have been, had it come earlier. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** To be called for each file. */
  async pause(): Promise<void> {
    if (performance.now() - this.#paused < AT_ONCE) return;
    await others();
    this.#paused = performance.now();
  }

  #content(path: string, stat: Stats): string | undefined {
    if (stat.size > MOST_OF_A_FILE) return undefined;
    if (stat.size > this.#left || this.#spent > PATIENCE) {
      this.#isSpent = true;
      return undefined;
    }
    const begun = performance.now();
    const bytes = ifReadable(() => {
      if (stat.isSymbolicLink()) return Buffer.from(linkText(path) ?? "");
      return stat.isFile() ? readBytes(path, { most: MOST_OF_A_FILE }) : undefined;
    });
    this.#spent += performance.now() - begun;
    if (bytes === undefined) return undefined;
    this.#left -= bytes.length;
    const hash = hashOf(bytes);
    const filled = bytes.length > MOST_TO_STRIP ? bytes : withoutBlankLines(bytes);
    return filled.length === bytes.length ? hash : `${hash}:${hashOf(filled)}`;
  }
}

function hashOf(bytes: Buffer): string {
  return crypto().createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}

/** Of a longer file blank lines are content. */
const MOST_TO_STRIP = 256 * 1024;

const withoutBlankLines = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString("latin1").replaceAll(/^[ \t\r]*\n/gm, ""), "latin1");

/**
 * The mark of a tree, in the form of a file's: by its `head`, and by the files in it that differ from that; of those `solid` ones
 * differ in more than their modes and blank lines. Where not all was read that should have been (`isWhole`) it has no content, as a
 * file that was not read.
 */
export function treeMark(
  head: string,
  files: readonly (readonly [string, string])[],
  solid: readonly (readonly [string, string])[],
  isWhole = true,
): string {
  const all = files.map(([path, mark]) => [path, mark.split(":")] as const);
  const some = solid.map(([path, mark]) => [path, mark.split(":")] as const);
  const texts = [
    all.map(([path, parts]) => `${path}\0${parts[2] ?? ""}`),
    [head, ...all.map(([path, parts]) => `${path}\0${parts[3] ?? parts.join(":")}`)],
    [head, ...some.map(([path, parts]) => `${path}\0${parts[4] ?? parts[3] ?? parts.join(":")}`)],
  ];
  const seen = [head, ...all.map(([path, parts]) => `${path}\0${parts.slice(0, 3).join(":")}`)];
  const [time, ...rest] = [seen, ...texts].map((lines) => hashOf(Buffer.from(lines.join("\0\0"))));
  return `0:${[time, ...(isWhole ? rest : rest.slice(0, 1))].join(":")}`;
}

export const marksOf = (entries: Iterable<readonly [string, string]>): Marks => bare(entries);

/** Whether a file looks the same: by content where both looks have read it. A look that has not knows it by its time. */
export function isSame(then: string, now: string): boolean {
  if (then === now) return true;
  const [was, is] = [then.split(":"), now.split(":")];
  if (was.length < 4 || is.length < 4) return was.length !== is.length && sameStat(was, is);
  return was[2] === is[2] && was[3] === is[3];
}

/** Whether a file differs in its mode or its blank lines alone, or came to be with nothing in it. */
export function isTrivial(then: string, now: string): boolean {
  if (then === "") return isBlank(now);
  const [was, is] = [then.split(":"), now.split(":")];
  return was.length >= 4 && is.length >= 4 && (was[4] ?? was[3]) === (is[4] ?? is[3]);
}

const EMPTY = hashOf(Buffer.of());

/** It is there, and has nothing but blank lines. */
export function isBlank(mark: string): boolean {
  const parts = mark.split(":");
  return parts.length >= 4 && (parts[4] ?? parts[3]) === EMPTY;
}

/** Of two marks of which one has the content: size, time and mode. */
const sameStat = (was: readonly string[], is: readonly string[]): boolean =>
  was.length >= 3 && is.length >= 3 && was.slice(0, 3).join(":") === is.slice(0, 3).join(":");
