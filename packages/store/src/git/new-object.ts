/** Objects that are to be written: made by Node, put where git looks for them. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { diskTrouble, errno } from "@fleet/kit/errors";
import { discard, ensureDir } from "@fleet/kit/files";
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

/** Written beside its place under git's own name for temporary objects, so that git sweeps it if we die; then renamed. */
export function writeObject(gitDir: string, object: NewObject): void {
  const path = loosePath(gitDir, object.oid);
  // One that is there but torn (a power cut leaves empty files) is written anew.
  if (existsSync(path) && readLoose(gitDir, object.oid) !== undefined && freshened(path)) return;
  const header = Buffer.from(`${object.type} ${object.bytes.length}\0`);
  const packed = zlib().deflateSync(Buffer.concat([header, object.bytes]), { level: zlib().constants.Z_BEST_SPEED });
  for (let tries = 1; ; tries++) {
    try {
      putFile(path, packed);
      return;
    } catch (error) {
      // `git prune` removes temporary objects and empty directories, perhaps between our steps.
      if (errno(error) === "ENOENT" && tries < 20) continue;
      throw diskTrouble(error, path);
    }
  }
}

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

function putFile(path: string, content: Buffer): void {
  const temporary = join(dirname(path), `tmp_obj_${crypto().randomBytes(6).toString("hex")}`);
  try {
    const file = openIn(temporary);
    try {
      // Not writeSync: on a nearly full disk that writes a part, and says so only by the number it returns.
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
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
  for (const object of objects) if (!hasObject(gitDir, object.oid)) writeObject(gitDir, object);
}
