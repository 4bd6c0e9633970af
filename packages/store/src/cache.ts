/**
 * The cache: `run/cache.jsonl`, what is derived from one commit, under that commit's id. It is current exactly when the
 * id is the branch's tip, whatever clocks say; may be deleted at any time; and is replaced atomically.
 *
 * The first line is the frame and, of each shard, what is kept of it beside its live issues; these follow, one line a shard, and are
 * neither parsed nor written anew before somebody asks for them (1.3 MB at 2 000 live issues).
 */
import { closeSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { discard, ensureDir } from "./files.ts";
import { type Derived, Live, type Part } from "./derived.ts";
import { crypto } from "./node.ts";

/** Changed whenever the shape of `Derived` changes: an older file is then ignored. */
const SHAPE = 3;

export const cachePath = (home: string): string => join(home, "run", "cache.jsonl");

/** A part without its live issues, and how many bytes of the file those are, without their line end. */
interface Head extends Omit<Part, "live"> {
  readonly bytes: number;
}

interface Frame extends Omit<Derived, "parts"> {
  readonly shape: number;
  /** Of everything behind the first line. */
  readonly size: number;
  readonly parts: Readonly<Record<string, Head>>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Taken at its word but for the outermost, as its issues are (derived.ts); anything odd means no cache. */
function isFrame(value: unknown): value is Frame {
  return (
    isObject(value) &&
    value["shape"] === SHAPE &&
    typeof value["tip"] === "string" &&
    typeof value["size"] === "number" &&
    Array.isArray(value["root"]) &&
    Array.isArray(value["issues"]) &&
    isObject(value["meta"]) &&
    isObject(value["parts"])
  );
}

/** How the file begins, so that whose it is can be seen without reading it all. */
const beginning = (tip: string): string => `{"shape":${SHAPE},"tip":"${tip}"`;

function begins(path: string, text: string): boolean {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(text.length);
    return readSync(file, head) === head.length && head.toString("latin1") === text;
  } finally {
    closeSync(file);
  }
}

const LINE_END = 10;

/** The parts, their live issues still in JSON; undefined when a line is not where it should be. */
function partsOf(frame: Frame, rest: Buffer): Record<string, Part> | undefined {
  const parts: Record<string, Part> = {};
  let at = 0;
  for (const [name, { bytes, ...part }] of Object.entries(frame.parts)) {
    if (rest[at] !== 0x5b || rest[at + bytes] !== LINE_END) return undefined;
    parts[name] = { ...part, live: Live.from(rest.subarray(at, at + bytes)) };
    at += bytes + 1;
  }
  return parts;
}

/**
 * What is cached, of the commit `wanted` alone where that is given; undefined: none, torn, of another shape. Never an error: git has the
 * truth. A torn file (a power cut) is short, or has zeros where data was not written; JSON has none.
 */
export function readCache(home: string, wanted?: string): Derived | undefined {
  try {
    if (wanted !== undefined && !begins(cachePath(home), beginning(wanted))) return undefined;
    const bytes = readFileSync(cachePath(home));
    const end = bytes.indexOf(LINE_END);
    const frame: unknown = JSON.parse(bytes.toString("utf8", 0, end));
    const rest = bytes.subarray(end + 1);
    if (!isFrame(frame) || frame.size !== rest.length || rest.includes(0)) return undefined;
    const parts = partsOf(frame, rest);
    const { tip, root, issues, meta } = frame;
    return parts === undefined ? undefined : { tip, root, issues, meta, parts };
  } catch {
    return undefined;
  }
}

function encoded(derived: Derived): Buffer {
  const { tip, root, issues, meta } = derived;
  const parts: Record<string, Head> = {};
  const lines: Buffer[] = [];
  let size = 0;
  for (const [name, { live, ...part }] of Object.entries(derived.parts)) {
    const { json } = live;
    parts[name] = { ...part, bytes: json.length };
    lines.push(json, Buffer.of(LINE_END));
    size += json.length + 1;
  }
  const frame: Frame = { shape: SHAPE, tip, size, root, issues, meta, parts };
  return Buffer.concat([Buffer.from(`${JSON.stringify(frame)}\n`), ...lines]);
}

/** Leaves the cache as this. A disk that refuses costs the next reader some time, and nothing else. */
export function writeCache(home: string, derived: Derived): void {
  const path = cachePath(home);
  const temporary = `${path}.${crypto().randomBytes(6).toString("hex")}`;
  try {
    ensureDir(dirname(path), 0o700);
    writeFileSync(temporary, encoded(derived), { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}
