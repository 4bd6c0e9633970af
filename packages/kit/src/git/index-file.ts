/**
 * Git's index, as far as it says what git does not look at: files that it was told to take for unchanged (assume-unchanged), or not
 * to have in the working tree (skip-worktree). Pure; of a copy the flags are taken off, so that git compares what is there.
 * (`ls-files -v` names them too, by a process more in every look.) Format: git's Documentation/gitformat-index.
 */
import { createHash } from "node:crypto";

export interface IndexOf {
  readonly sha256: boolean;
  /** Whether a file is in the working tree although git was told not to have it there; undefined: it was not looked. */
  readonly isThere: (path: string) => boolean | undefined;
}

/** Some could not be told, and why. */
type Revealed = { readonly kind: "all" } | { readonly kind: "some"; readonly why: string };

/** The bytes of an entry's times, device, inode, mode, owner and size. */
const STAT = 40;
const MODE = 24;
const ASSUMED = 0x8000;
const EXTENDED = 0x4000;
/** The bytes of the extended flags. */
const SKIPPED = 0x4000;
/** A directory of a sparse index. */
const IS_DIRECTORY = 0o040000;

export const IS_SPLIT = "its index is split";

/** Takes the flags off where they hide something. What is no index, git will say. */
export function reveal(index: Buffer, { sha256, isThere }: IndexOf): Revealed {
  if (index.length < 12 || index.toString("latin1", 0, 4) !== "DIRC") return { kind: "all" };
  const [version, count, oid] = [index.readUInt32BE(4), index.readUInt32BE(8), sha256 ? 32 : 20];
  if (version < 2 || version > 4) return { kind: "some", why: `its index has version ${version}` };
  const mended: { readonly at: number; readonly flags: number }[] = [];
  let [at, untold] = [12, 0];
  let name: Buffer = Buffer.alloc(0);
  for (let n = 0; n < count; n++) {
    const flagsAt = at + STAT + oid;
    if (flagsAt + 4 > index.length) return { kind: "some", why: "its index is cut off" };
    const flags = index.readUInt16BE(flagsAt);
    const isExtended = (flags & EXTENDED) !== 0;
    const nameAt = flagsAt + (isExtended ? 4 : 2);
    const read = version === 4 ? shortened(index, nameAt, name) : plain(index, nameAt, at);
    if (read === undefined) return { kind: "some", why: "its index is cut off" };
    if ((flags & ASSUMED) !== 0) mended.push({ at: flagsAt, flags: flags & ~ASSUMED });
    const more = isExtended ? index.readUInt16BE(flagsAt + 2) : 0;
    if ((more & SKIPPED) !== 0 && index.readUInt32BE(at + MODE) !== IS_DIRECTORY) {
      const there = isThere(read.name().toString());
      if (there === undefined) untold++;
      if (there === true) mended.push({ at: flagsAt + 2, flags: more & ~SKIPPED });
    }
    if (version === 4) name = read.name();
    at = read.end;
  }
  // Entries of a split one have no names.
  if (isSplit(index, at, oid)) return { kind: "some", why: IS_SPLIT };
  for (const one of mended) index.writeUInt16BE(one.flags, one.at);
  if (mended.length > 0) sign(index, sha256);
  return untold === 0 ? { kind: "all" } : { kind: "some", why: `${untold} files are left out of the working tree` };
}

interface Read {
  readonly name: () => Buffer;
  readonly end: number;
}

/** Entries end with one to eight zeros, each at a multiple of eight from the begin of the first. */
function plain(index: Buffer, nameAt: number, at: number): Read | undefined {
  const nul = index.indexOf(0, nameAt);
  if (nul < 0) return undefined;
  return { name: () => index.subarray(nameAt, nul), end: at + Math.floor((nul - at) / 8) * 8 + 8 };
}

/** How much of the last name is to be left off its end, then what follows. */
function shortened(index: Buffer, nameAt: number, last: Buffer): Read | undefined {
  let [at, byte] = [nameAt, index[nameAt] ?? 0];
  let off = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = index[++at] ?? 0;
    off = (off + 1) * 0x80 + (byte & 0x7f);
  }
  const nul = index.indexOf(0, at + 1);
  if (nul < 0 || off > last.length) return undefined;
  const whole = Buffer.concat([last.subarray(0, last.length - off), index.subarray(at + 1, nul)]);
  return { name: () => whole, end: nul + 1 };
}

/** Most of its entries are in another file. */
function isSplit(index: Buffer, from: number, oid: number): boolean {
  for (let at = from; at + 8 <= index.length - oid; at += 8 + index.readUInt32BE(at + 4))
    if (index.toString("latin1", at, at + 4) === "link") return true;
  return false;
}

/** All zeros: it was left unsigned (index.skipHash). */
function sign(index: Buffer, sha256: boolean): void {
  const end = index.length - (sha256 ? 32 : 20);
  if (index.subarray(end).every((byte) => byte === 0)) return;
  createHash(sha256 ? "sha256" : "sha1")
    .update(index.subarray(0, end))
    .digest()
    .copy(index, end);
}
