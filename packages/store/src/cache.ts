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
import { Section } from "./cache-section.ts";
import type { Derived, Part } from "./derived.ts";
import { Kept, type Line } from "./kept.ts";
import type { Issue } from "./issue.ts";

/** Changed whenever the shape of `Derived` changes: an older file is then ignored. */
const SHAPE = 10;

export const cachePath = (home: string): string => join(home, "run", "cache.jsonl");

/** 1.1 MB at 2 000 live issues; a home of a million is not what this is made for. */
const CACHE = { most: 1024 * MIB };

/** A part without its issues. */
type Head = Omit<Part, "live" | "briefs" | "closed">;

type Lengths = readonly [briefs: readonly number[], live: readonly number[], closed: readonly number[]];

interface Frame extends Omit<Derived, "parts" | "issues"> {
  readonly shape: number;
  /** The tree's bytes, in base64. */
  readonly issues: string;
  /** Of each line in brief, in bytes, without its end; the same of those that are whole; and of the closed issues', 0 for a part that keeps none. */
  readonly lengths: Lengths;
  readonly parts: Readonly<Record<string, Head>>;
}

/** Taken at its word but for the outermost, as its issues are (derived.ts); anything odd means no cache. */
function isFrame(value: unknown): value is Frame {
  return (
    isObject(value) &&
    value["shape"] === SHAPE &&
    typeof value["tip"] === "string" &&
    Array.isArray(value["lengths"]) &&
    value["lengths"].every(Array.isArray) &&
    Array.isArray(value["root"]) &&
    typeof value["issues"] === "string" &&
    isObject(value["meta"]) &&
    isObject(value["parts"])
  );
}

/** How the file begins, so that whose it is can be seen without reading it all. */
const beginning = (tip: string): string => `{"shape":${SHAPE},"tip":"${tip}"`;

const LINE_END = 10;

const sizeOf = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length + 1, 0);

/** The parts, their live issues still in bytes; undefined when a line is not where it should be. */
function partsOf({ parts: heads, lengths }: Frame, rest: Buffer): Record<string, Part> | undefined {
  const [briefs, live, closed] = lengths;
  const size = sizeOf(briefs);
  let text: readonly string[] | undefined;
  const brief = (at: number): string => (text ??= rest.toString("utf8", 0, size).split("\n"))[at] ?? "";
  const parts: Record<string, Part> = {};
  /** The next line from here on; undefined when it does not end there. */
  const line = (from: number, length = 0): Line | undefined =>
    rest[from + length] === LINE_END ? { bytes: rest, from, length } : undefined;
  let briefAt = 0;
  let liveAt = size;
  let closedAt = size + sizeOf(live);
  let at = 0;
  // Pairs of names and values, taken apart, would be a third of what this allocates.
  for (const name of Object.keys(heads)) {
    const nth = at++;
    const head = heads[name];
    const inBrief = line(briefAt, briefs[nth]);
    const whole = line(liveAt, live[nth]);
    const done = line(closedAt, closed[nth]);
    if (head === undefined || inBrief === undefined || whole === undefined || done === undefined) return undefined;
    const part = Object.assign(head, {
      live: Kept.from<Issue>(whole),
      briefs: Kept.from<Brief>(inBrief, () => brief(nth)),
    });
    parts[name] = done.length === 0 ? part : Object.assign(part, { closed: Kept.from<Issue>(done) });
    briefAt += inBrief.length + 1;
    liveAt += whole.length + 1;
    closedAt += done.length + 1;
  }
  return closedAt === rest.length ? parts : undefined;
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
    if (!isFrame(frame) || rest.includes(0)) return undefined;
    const parts = partsOf(frame, rest);
    const { tip, root, meta } = frame;
    return parts === undefined ? undefined : { tip, root, issues: TreeBytes.fromBase64(frame.issues), meta, parts };
  } catch {
    return undefined;
  }
}

function encoded({ tip, root, issues, meta, parts }: Derived): Uint8Array {
  const [inBrief, whole, done] = [new Section(), new Section(), new Section()];
  for (const { live, briefs, closed } of Object.values(parts)) {
    inBrief.add(briefs);
    whole.add(live);
    done.add(closed);
  }
  const lengths = [inBrief.lengths, whole.lengths, done.lengths] as const;
  // What is kept (kept.ts) is left out of the line of JSON, and follows it.
  const frame: Frame = { shape: SHAPE, tip, lengths, root, issues: issues.base64, meta, parts };
  const head = Buffer.from(`${JSON.stringify(frame)}\n`);
  return Buffer.concat([head, ...inBrief.chunks, ...whole.chunks, ...done.chunks]);
}

export const writeCache = (home: string, derived: Derived): void =>
  writeDerived(cachePath(home), () => encoded(derived));
