/**
 * The cache: `run/cache.jsonl`, what is derived from one commit, under that commit's id. It is current exactly when the
 * id is the branch's tip, whatever clocks say; may be deleted at any time; and is replaced atomically.
 *
 * The first line is the frame and, of each shard, what is kept of it beside its issues; these follow, a line a shard of the live
 * ones in brief, then one of them whole, then one of the closed where they are few, and are not even decoded before somebody
 * asks for them (1.1 MB at 2 000 live issues).
 */
import { join } from "node:path";

import { writeDerived } from "@fleet/kit/files";
import { MIB, readBytes, readBytesOf } from "@fleet/kit/read";
import { isObject } from "@fleet/kit/is-object";

import { TreeBytes } from "./git/tree-bytes.ts";
import type { Brief } from "./brief.ts";
import type { Derived, Part } from "./derived.ts";
import { Kept } from "./kept.ts";
import type { Issue } from "./issue.ts";

/** Changed whenever the shape of `Derived` changes: an older file is then ignored. */
const SHAPE = 9;

export const cachePath = (home: string): string => join(home, "run", "cache.jsonl");

/** 1.1 MB at 2 000 live issues; a home of a million is not what this is made for. */
const CACHE = { most: 1024 * MIB };

/** A part without its issues. */
type Head = Omit<Part, "live" | "briefs" | "closed">;

interface Frame extends Omit<Derived, "parts" | "issues"> {
  readonly shape: number;
  /** The tree's bytes, in base64. */
  readonly issues: string;
  /** Of the lines in brief, of all that are whole, and of those of closed issues, in bytes. */
  readonly sizes: readonly [briefs: number, live: number, closed: number];
  /** Of each line that is whole, in bytes, without its end. */
  readonly lengths: readonly number[];
  /** The same of the closed issues' lines; 0 for a part that keeps none. */
  readonly closedLengths: readonly number[];
  readonly parts: Readonly<Record<string, Head>>;
}

/** Taken at its word but for the outermost, as its issues are (derived.ts); anything odd means no cache. */
function isFrame(value: unknown): value is Frame {
  return (
    isObject(value) &&
    value["shape"] === SHAPE &&
    typeof value["tip"] === "string" &&
    Array.isArray(value["sizes"]) &&
    Array.isArray(value["lengths"]) &&
    Array.isArray(value["closedLengths"]) &&
    Array.isArray(value["root"]) &&
    typeof value["issues"] === "string" &&
    isObject(value["meta"]) &&
    isObject(value["parts"])
  );
}

/** How the file begins, so that whose it is can be seen without reading it all. */
const beginning = (tip: string): string => `{"shape":${SHAPE},"tip":"${tip}"`;

const LINE_END = 10;

/** The parts, their live issues still in bytes; undefined when a line is not where it should be. */
function partsOf(frame: Frame, rest: Buffer): Record<string, Part> | undefined {
  const [size] = frame.sizes;
  let text: readonly string[] | undefined;
  const brief = (at: number): string => (text ??= rest.toString("utf8", 0, size).split("\n"))[at] ?? "";
  const parts: Record<string, Part> = {};
  /** The line from here on; undefined when it does not end there. */
  const line = (from: number, length: number): Kept<Issue> | undefined =>
    rest[from + length] === LINE_END ? Kept.from(() => rest.toString("utf8", from, from + length)) : undefined;
  let from = size;
  let closedFrom = size + frame.sizes[1];
  Object.entries(frame.parts).forEach(([name, head], at) => {
    const [length = 0, closedLength = 0] = [frame.lengths[at], frame.closedLengths[at]];
    const live = line(from, length);
    const closed = line(closedFrom, closedLength);
    if (live === undefined || closed === undefined) return;
    const briefs = Kept.from<Brief>(() => brief(at));
    parts[name] = Object.assign(head, closedLength === 0 ? { live, briefs } : { live, briefs, closed });
    from += length + 1;
    closedFrom += closedLength + 1;
  });
  return from === size + frame.sizes[1] && closedFrom === rest.length ? parts : undefined;
}

/**
 * What is cached, of the commit `wanted` alone where that is given; undefined: none, torn, of another shape. Never an error: git has the
 * truth. A torn file (a power cut) is short, or has zeros where data was not written; JSON has none.
 */
export function readCache(home: string, wanted?: string): Derived | undefined {
  try {
    const path = cachePath(home);
    const bytes = wanted === undefined ? readBytes(path, CACHE) : readBytesOf(path, beginning(wanted), CACHE);
    if (bytes === undefined) return undefined;
    const end = bytes.indexOf(LINE_END);
    const frame: unknown = JSON.parse(bytes.toString("utf8", 0, end));
    const rest = bytes.subarray(end + 1);
    if (!isFrame(frame) || sum(frame.sizes) !== rest.length || rest.includes(0)) return undefined;
    const parts = partsOf(frame, rest);
    const { tip, root, meta } = frame;
    return parts === undefined ? undefined : { tip, root, issues: TreeBytes.fromBase64(frame.issues), meta, parts };
  } catch {
    return undefined;
  }
}

const sum = ([briefs, live, closed]: Frame["sizes"]): number => briefs + live + closed;

function encoded(derived: Derived): string {
  const { tip, root, meta } = derived;
  const issues = derived.issues.base64;
  const heads: Record<string, Head> = {};
  const lengths: number[] = [];
  const closedLengths: number[] = [];
  let briefly = "";
  let wholly = "";
  let closedly = "";
  for (const [name, { live, briefs, closed, ...part }] of Object.entries(derived.parts)) {
    const closedJson = closed?.json ?? "";
    heads[name] = part;
    lengths.push(Buffer.byteLength(live.json));
    closedLengths.push(Buffer.byteLength(closedJson));
    briefly += `${briefs.json}\n`;
    wholly += `${live.json}\n`;
    closedly += `${closedJson}\n`;
  }
  const sizes = [Buffer.byteLength(briefly), Buffer.byteLength(wholly), Buffer.byteLength(closedly)] as const;
  const frame: Frame = { shape: SHAPE, tip, sizes, lengths, closedLengths, root, issues, meta, parts: heads };
  return `${JSON.stringify(frame)}\n${briefly}${wholly}${closedly}`;
}

export const writeCache = (home: string, derived: Derived): void =>
  writeDerived(cachePath(home), () => encoded(derived));
