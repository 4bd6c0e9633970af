/** A machine on which too many files are open, for as long as something is done. */
import fs from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const refuse = (path: unknown): never => {
  const text = `EMFILE: too many open files, open '${String(path)}'`;
  throw Object.assign(new Error(text), { code: "EMFILE", syscall: "open", path: String(path) });
};

/** `isRefused`: which paths are neither opened nor listed; what comes of `act` later meets that no more, unless it is awaited. */
export async function withFewFiles<T>(
  act: () => T | Promise<T>,
  isRefused: (path: string) => boolean = () => true,
): Promise<T> {
  const { openSync, readdirSync, opendirSync } = fs;
  const { readdir } = promises;
  const unless =
    <A extends readonly unknown[], R>(real: (...args: A) => R) =>
    (...args: A): R =>
      isRefused(String(args[0])) ? refuse(args[0]) : real(...args);
  Object.assign(fs, {
    openSync: unless(openSync),
    readdirSync: unless(readdirSync),
    opendirSync: unless(opendirSync),
  });
  // Not `unless`: it rejects.
  Object.assign(promises, {
    readdir: async (...args: Parameters<typeof readdir>) => {
      if (isRefused(String(args[0]))) refuse(args[0]);
      return await readdir(...args);
    },
  });
  syncBuiltinESMExports();
  try {
    return await act();
  } finally {
    Object.assign(fs, { openSync, readdirSync, opendirSync });
    Object.assign(promises, { readdir });
    syncBuiltinESMExports();
  }
}
