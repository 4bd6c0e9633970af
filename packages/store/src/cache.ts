/**
 * The cache: `run/cache.json`, what is derived from one commit, under that commit's id. It is current exactly when the
 * id is the branch's tip, whatever clocks say; may be deleted at any time; and is replaced atomically.
 */
import { closeSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { discard, ensureDir } from "./files.ts";
import type { Derived } from "./derived.ts";
import { crypto } from "./node.ts";

/** Changed whenever the shape of `Derived` changes: an older file is then ignored. */
const SHAPE = 2;

export const cachePath = (home: string): string => join(home, "run", "cache.json");

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The one place where data is taken at its word: the issues in it were decoded when it was written, and decoding 2 000 of
 * them again on each start would cost more than the read. The frame around them is checked; anything odd means no cache.
 */
function isDerived(value: unknown): value is Derived & { readonly shape: number } {
  return (
    isObject(value) &&
    value["shape"] === SHAPE &&
    typeof value["tip"] === "string" &&
    Array.isArray(value["root"]) &&
    Array.isArray(value["issues"]) &&
    isObject(value["meta"]) &&
    isObject(value["parts"]) &&
    value["end"] === value["tip"]
  );
}

/** How the file begins, so that whose it is can be seen without reading it all (1.3 MB at 2 000 live issues). */
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

/**
 * What is cached, of the commit `wanted` alone where that is given; undefined: none, torn, of another shape. Never an error: git has the
 * truth.
 */
export function readCache(home: string, wanted?: string): Derived | undefined {
  try {
    if (wanted !== undefined && !begins(cachePath(home), beginning(wanted))) return undefined;
    const value: unknown = JSON.parse(readFileSync(cachePath(home), "utf8"));
    if (!isDerived(value)) return undefined;
    const { tip, root, issues, meta, parts } = value;
    return { tip, root, issues, meta, parts };
  } catch {
    return undefined;
  }
}

/** Leaves the cache as this. A disk that refuses costs the next reader some time, and nothing else. */
export function writeCache(home: string, derived: Derived): void {
  const path = cachePath(home);
  const temporary = `${path}.${crypto().randomBytes(6).toString("hex")}`;
  const { tip, root, issues, meta, parts } = derived;
  try {
    ensureDir(dirname(path), 0o700);
    writeFileSync(temporary, JSON.stringify({ shape: SHAPE, tip, root, issues, meta, parts, end: tip }), {
      mode: 0o600,
    });
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}
