/**
 * git's objects, read by Node (new-object.ts writes them): a loose object is `zlib("<type> <size>\0" + content)` under its SHA-1
 * (gitformat-loose, git 2.39). Four objects with an fsync each plus one `git update-ref` took 7.5 ms a commit where
 * `git fast-import` took 12–20.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { diskTrouble, errno } from "@fleet/kit/errors";
import { StoreError } from "../errors.ts";
import { gitAgainOn, gitOn } from "./hint.ts";
import { gitSync } from "./run.ts";
import { zlib } from "@fleet/kit/node";

export const loosePath = (gitDir: string, oid: string): string =>
  join(gitDir, "objects", oid.slice(0, 2), oid.slice(2));

/** Whether git can find it, loose or packed. */
export const hasObject = (gitDir: string, oid: string): boolean =>
  existsSync(loosePath(gitDir, oid)) || gitSync(gitDir, ["cat-file", "-e", oid]).code === 0;

function unreadable(gitDir: string, name: string, why: string): StoreError {
  return new StoreError("unreadable", `git object ${name} ${why}`, {
    where: gitDir,
    mend: `${gitAgainOn(gitDir)} fsck  # a copy of the home (a clone, a backup) can give the object back: ${gitOn(gitDir)} fetch COPY`,
  });
}

export function readLoose(gitDir: string, oid: string): Buffer | undefined {
  let packed: Buffer;
  try {
    packed = readFileSync(loosePath(gitDir, oid));
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw diskTrouble(error, loosePath(gitDir, oid));
  }
  try {
    const whole = zlib().inflateSync(packed);
    const bytes = whole.subarray(whole.indexOf(0) + 1);
    const size = /^[a-z]+ (\d+)$/.exec(whole.toString("latin1", 0, whole.indexOf(0)))?.[1];
    return size === String(bytes.length) ? bytes : undefined;
  } catch {
    // A torn or overwritten object file: git decides, it may have another copy in a pack.
    return undefined;
  }
}

const OID = /^[0-9a-f]{40}$/;

/** git's answers to a batch of `count` names, up to the first that is cut short; undefined for what is missing. */
function answers(stdout: Buffer, count: number): (Buffer | undefined)[] {
  const got: (Buffer | undefined)[] = [];
  for (let at = 0; got.length < count;) {
    const end = stdout.indexOf(10, at);
    if (end < 0) break;
    const size = /^[0-9a-f]{40} \w+ (\d+)$/.exec(stdout.toString("latin1", at, end))?.[1];
    const stop = size === undefined ? end : end + 1 + Number(size);
    if (stop >= stdout.length) break;
    got.push(size === undefined ? undefined : stdout.subarray(end + 1, stop));
    at = stop + 1;
  }
  return got;
}

/**
 * The contents of these objects, in order; an error in the place of one that can't be read. A name is an id, or what git
 * understands of `rev^{tree}` and `rev:path`. Loose ones are read directly, all the others by one `git cat-file --batch`.
 */
export function tryReadObjects(gitDir: string, names: readonly string[]): (Buffer | StoreError)[] {
  const found = new Map<string, Buffer | StoreError>();
  const rest: string[] = [];
  for (const name of new Set(names)) {
    const loose = OID.test(name) ? readLoose(gitDir, name) : undefined;
    if (loose === undefined) rest.push(name);
    else found.set(name, loose);
  }
  // A git that dies over an object is asked again for what follows, one that was killed for the same; one that fails
  // at all that it is asked (its configuration is broken) is not asked 256 times.
  let killed = 0;
  let silent = 0;
  while (rest.length > 0) {
    const { code, stdout, stderr } = gitSync(gitDir, ["cat-file", "--batch"], `${rest.join("\n")}\n`);
    const got = answers(stdout, rest.length);
    const lost = (name: string): StoreError => {
      const lines = stderr.trim().split("\n");
      const why = lines.find((line) => line.includes(name)) ?? lines.at(-1) ?? "";
      return unreadable(gitDir, name, why === "" ? "is missing" : `can't be read: ${why}`);
    };
    rest.splice(0, got.length).forEach((name, index) => found.set(name, got[index] ?? lost(name)));
    if (rest.length === 0 || (code === null && killed++ < 5)) continue;
    silent = got.length === 0 ? silent + 1 : 0;
    for (const name of rest.splice(0, silent < 8 ? 1 : rest.length)) found.set(name, lost(name));
  }
  return names.map((name) => found.get(name) ?? unreadable(gitDir, name, "is missing"));
}

/** As `tryReadObjects`, throwing the first error. */
export function readObjects(gitDir: string, names: readonly string[]): Buffer[] {
  return tryReadObjects(gitDir, names).map((bytes) => {
    if (bytes instanceof StoreError) throw bytes;
    return bytes;
  });
}
