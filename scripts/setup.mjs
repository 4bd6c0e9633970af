#!/usr/bin/env node
/**
 * Installs what the workspace needs, with the pnpm this project pins, and does nothing when that is already there.
 * pnpm is called through npx so that Node, npm and git are all a machine needs. (pnpm 11 and later do not run on Node 20.)
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const quiet = process.argv.includes("--quiet");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || major === 21 || (major === 20 && minor < 19) || (major === 22 && minor < 12)) {
  console.error(`fleet needs Node 20.19, 22.12 or newer; this is ${process.versions.node} (${process.execPath}).`);
  process.exit(1);
}

const inputs = [
  "pnpm-lock.yaml",
  "package.json",
  "pnpm-workspace.yaml",
  ...["kit", "store", "coders", "fleet"].map((name) => `packages/${name}/package.json`),
];
const digest = createHash("sha256");
for (const file of inputs) if (existsSync(join(root, file))) digest.update(readFileSync(join(root, file)));
const wanted = digest.digest("hex");
const stamp = join(root, "node_modules", ".fleet-setup");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  if (quiet) console.log("Installing (the first time takes a while) …");
  // npx knows no hash behind the version, which is there for corepack and pnpm themselves.
  const [packageManager] = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager.split("+");
  const done = spawnSync("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline"], {
    cwd: root,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    encoding: "utf8",
  });
  if (done.status !== 0) {
    if (quiet) process.stderr.write(`${done.stdout ?? ""}${done.stderr ?? ""}`);
    console.error(
      `Installing failed${done.error ? `: ${done.error.message}` : ""}. Try: npx --yes ${packageManager} install`,
    );
    process.exit(done.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
