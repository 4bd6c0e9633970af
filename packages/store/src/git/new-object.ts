/** Objects that are to be written: made by Node, put where git looks for them. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { diskTrouble, errno } from "@fleet/kit/errors";
import { discard, ensureDir, unique } from "@fleet/kit/files";
import { crypto, zlib } from "@fleet/kit/node";
import { hasObject, loosePath, readLoose } from "./objects.ts";

export type ObjectType = "blob" | "tree" | "commit";

/** An object that is ready to be written. */
export interface NewObject {
  readonly oid: string;
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

export function newObject(type: ObjectType, bytes: Buffer): NewObject {
  const oid = crypto().createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
  return { oid, type, bytes };
}

/** So many at once: each is an open file. */
const BATCH = 32;

/**
 * Written beside their places under git's own name for temporary objects, so that git sweeps them if we die; brought to the disk; then
 * renamed, in order. All are written before the first is synced: a journal that brings one to the disk brings all.
 */
export function writeObjects(gitDir: string, objects: readonly NewObject[]): void {
  for (let from = 0; from < objects.length; from += BATCH) writeBatch(gitDir, objects.slice(from, from + BATCH));
}

function writeBatch(gitDir: string, objects: readonly NewObject[]): void {
  for (let tries = 1; ; tries++) {
    try {
      putFiles(objects.filter((object) => !isThere(gitDir, object)).map((object) => fileOf(gitDir, object)));
      return;
    } catch (error) {
      // `git prune` removes temporary objects and empty directories, perhaps between our steps.
      if (errno(error) === "ENOENT" && tries < 20) continue;
      throw diskTrouble(error, join(gitDir, "objects"));
    }
  }
}

/** One that is there but torn (a power cut leaves empty files) is written anew. */
const isThere = (gitDir: string, { oid }: NewObject): boolean =>
  existsSync(loosePath(gitDir, oid)) && readLoose(gitDir, oid) !== undefined && freshened(loosePath(gitDir, oid));

/** An object that is used again is young again: what nobody has used for a day may be swept. False when it is gone. */
function freshened(path: string): boolean {
  try {
    const now = new Date();
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if (errno(error) === "ENOENT") return false;
    throw diskTrouble(error, path);
  }
}

interface ObjectFile {
  readonly path: string;
  readonly content: Buffer;
}

function fileOf(gitDir: string, { oid, type, bytes }: NewObject): ObjectFile {
  const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
  return { path: loosePath(gitDir, oid), content: zlib().deflateSync(whole, { level: zlib().constants.Z_BEST_SPEED }) };
}

interface Staged {
  readonly path: string;
  readonly temporary: string;
  readonly file: number;
}

/** All of them, or no temporary file of any is left. */
function putFiles(files: readonly ObjectFile[]): void {
  const staged: Staged[] = [];
  try {
    try {
      for (const { path, content } of files) {
        const temporary = join(dirname(path), `tmp_obj_${unique()}`);
        const file = openIn(temporary);
        staged.push({ path, temporary, file });
        // Not writeSync: on a nearly full disk that writes a part, and says so only by the number it returns.
        writeFileSync(file, content);
      }
      for (const { file } of staged) fsyncSync(file);
    } finally {
      for (const { file } of staged) closeSync(file);
    }
    for (const { temporary, path } of staged) renameSync(temporary, path);
  } catch (error) {
    for (const { temporary } of staged) discard(temporary);
    throw error;
  }
}

function openIn(path: string): number {
  try {
    return openSync(path, "wx", 0o444);
  } catch (error) {
    if (errno(error) !== "ENOENT") throw error;
    ensureDir(dirname(path));
    return openSync(path, "wx", 0o444);
  }
}

/** Writes again what git can't find: a `git gc --prune=now` may have taken it while nothing pointed at it. */
export function keepObjects(gitDir: string, objects: readonly NewObject[]): void {
  writeObjects(
    gitDir,
    objects.filter(({ oid }) => !hasObject(gitDir, oid)),
  );
}
