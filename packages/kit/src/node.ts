/**
 * Node's own modules that a read from a current cache never needs, loaded when first used: together they are 7 ms of CPU at
 * each start. (`process.getBuiltinModule`: Node 20.16 and later.)
 */
import type * as ChildProcess from "node:child_process";
import type * as Crypto from "node:crypto";
import type * as Os from "node:os";
import type * as Timers from "node:timers/promises";
import type * as Util from "node:util";
import type * as Zlib from "node:zlib";

let loaded: typeof Crypto | undefined;
export const crypto = (): typeof Crypto => (loaded = process.getBuiltinModule("node:crypto"));
/** Where it is needed anyway, and there already. */
export const loadedCrypto = (): typeof Crypto | undefined => loaded;

export const util = (): typeof Util => process.getBuiltinModule("node:util");
export const os = (): typeof Os => process.getBuiltinModule("node:os");
export const timers = (): typeof Timers => process.getBuiltinModule("node:timers/promises");
export const zlib = (): typeof Zlib => process.getBuiltinModule("node:zlib");
export const childProcess = (): typeof ChildProcess => process.getBuiltinModule("node:child_process");

/** Loads what no write goes without. For whoever waits for something else meanwhile. */
export function loadForWriting(): void {
  crypto();
  zlib();
}
