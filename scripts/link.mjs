#!/usr/bin/env node
/** Puts `fleet` on PATH: a link in ~/.local/bin (or the directory named), without root, touching nothing else. */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../packages/fleet/dist/fleet.js", import.meta.url));
const dir = resolve(process.argv[2] ?? join(homedir(), ".local", "bin"));
const link = join(dir, "fleet");
mkdirSync(dir, { recursive: true });
const there = lstatSync(link, { throwIfNoEntry: false });
if (there !== undefined) {
  if (!there.isSymbolicLink() || (existsSync(link) && !readlinkSync(link).endsWith("packages/fleet/dist/fleet.js"))) {
    console.error(`${link} is something else; name another directory: npm run link -- DIR`);
    process.exit(1);
  }
  rmSync(link);
}
symlinkSync(target, link);
console.log(`${link} → ${target}`);
if (!(process.env.PATH ?? "").split(delimiter).includes(dir)) {
  console.log(`${dir} is not on PATH yet; add to your shell's start-up file:\n  export PATH="${dir}:$PATH"`);
}
