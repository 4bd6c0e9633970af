#!/usr/bin/env node
/**
 * Builds packages/fleet/dist: fleet.js and its chunks, no node_modules. Split, because a verb that agents call in a loop
 * must not pay for what it does not use: one bundle of 670 KB made `ready` 2.1 to 3.6 × bare node.
 */
import { build } from "esbuild";
import { chmodSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "packages/fleet/dist");
const { version } = JSON.parse(readFileSync(join(root, "packages/fleet/package.json"), "utf8"));

const result = await build({
  entryPoints: [join(root, "packages/fleet/src/fleet.ts")],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  metafile: true,
  chunkNames: "[name]-[hash]",
  define: { FLEET_VERSION: JSON.stringify(version) },
  // CommonJS inside an ESM bundle asks for `require`; under a name of its own, so that it meets no other.
  banner: {
    js: 'import{createRequire as fleetCreateRequire}from"node:module";const require=fleetCreateRequire(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
});
const made = new Set(Object.keys(result.metafile.outputs).map((path) => path.split("/").at(-1)));
for (const name of readdirSync(out)) if (!made.has(name)) rmSync(join(out, name), { recursive: true });
chmodSync(join(out, "fleet.js"), 0o755);
if (!process.argv.includes("--quiet")) console.log(`Built packages/fleet/dist/fleet.js (${made.size} files).`);
