/**
 * Directories copied, and deleted: at once, or beside whatever else goes on and within bounds. Of the same blocks where the disk can
 * do that, so that a copy of a gigabyte costs nothing. What does not fit is not begun.
 */
import { constants, cpSync, lstatSync, type Stats } from "node:fs";
import { chmod, copyFile, cp, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { diskTrouble, errno } from "./errors.ts";

/** The remaining budget; each copy reduces it. */
export interface Allowance {
  files: number;
  /** Bytes that the disk can't share. */
  bytes: number;
}

/** False where it takes more than is allowed, or a part of it can't be read: nothing is there then. Throws a DiskError. */
export async function copyWithin(from: string, to: string, allowed: Allowance): Promise<boolean> {
  const found = await measure(from, allowed.files);
  if (found === undefined) return false;
  try {
    await mkdir(dirname(to), { recursive: true });
    const isShared = found.bytes > allowed.bytes && found.some !== undefined && (await shares(found.some, to));
    const bytes = isShared ? 0 : found.bytes;
    if (bytes > allowed.bytes) return false;
    await cp(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: async (path) => isCopied(await lstat(path)),
      mode: constants.COPYFILE_FICLONE,
      force: false,
    });
    allowed.files -= found.files;
    allowed.bytes -= bytes;
    return true;
  } catch (error) {
    await dropTree(to);
    // It can't be read, or was removed meanwhile.
    if (UNREADABLE.has(errno(error) ?? "")) return false;
    throw diskTrouble(error, to);
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ENOENT"]);

interface Measured {
  readonly files: number;
  readonly bytes: number;
  /** One of the files, with something in it. */
  readonly some: string | undefined;
}

/** Undefined beyond so many files, and where something can't be looked at. */
async function measure(top: string, most: number): Promise<Measured | undefined> {
  let [files, bytes, some]: [number, number, string | undefined] = [0, 0, undefined];
  const due = [top];
  try {
    for (let path = due.pop(); path !== undefined; path = due.pop()) {
      const seen = await lstat(path);
      if (++files > most) return undefined;
      if (seen.isFile()) {
        bytes += seen.size;
        if (seen.size > 0) some ??= path;
      } else if (seen.isDirectory()) for (const name of await readdir(path)) due.push(join(path, name));
    }
    return { files, bytes, some };
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return undefined;
  }
}

/** Whether the disk can give a copy the blocks of what it is a copy of. */
async function shares(file: string, to: string): Promise<boolean> {
  const probe = `${to}.probe`;
  try {
    await copyFile(file, probe, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return false;
  } finally {
    await rm(probe, { force: true });
  }
}

/** Skips everything that is not a file, link or directory. */
const isCopied = (seen: Stats): boolean => seen.isFile() || seen.isDirectory() || seen.isSymbolicLink();

/** Deletes a directory with all that is in it, also where nobody may write. What can't be deleted stays. */
export async function dropTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    // Package managers write-protect what they share.
    await makeWritable(path);
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeWritable(top: string): Promise<void> {
  const due = [top];
  for (let path = due.pop(); path !== undefined; path = due.pop()) {
    const dir = path;
    try {
      await chmod(dir, 0o700);
      for (const one of await readdir(dir, { withFileTypes: true }))
        if (one.isDirectory()) due.push(join(dir, one.name));
    } catch {
      // Somebody else's.
    }
  }
}

/** At once, of any size: a copy with its modes; links in it stay the text that they are. */
export function copyTree(from: string, to: string): void {
  try {
    cpSync(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => {
        const seen = lstatSync(path, { throwIfNoEntry: false });
        return seen !== undefined && isCopied(seen);
      },
      mode: constants.COPYFILE_FICLONE,
    });
  } catch (error) {
    throw diskTrouble(error, to);
  }
}
