#!/usr/bin/env node
/**
 * Run by `npm pack` in packages/fleet: builds, and puts what belongs into the package beside it. The copies are ignored by
 * git. npm's own lines are on stderr and a list of files on stdout, so nothing is printed here when it works.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "packages", "fleet");

if (!existsSync(join(root, "node_modules", "rolldown"))) {
  console.error("The bundler is not installed, so there is nothing to pack. Run: npm run build");
  process.exit(1);
}
const built = spawnSync(process.execPath, [join(root, "scripts", "build.mjs"), "--quiet"], {
  stdio: ["ignore", "ignore", "inherit"],
});
if (built.status !== 0) process.exit(built.status ?? 1);

for (const name of ["README.md", "LICENSE"]) copyFileSync(join(root, name), join(target, name));

// The pages that README.md links to; those below docs/ are for contributors.
const docs = join(target, "docs");
rmSync(docs, { recursive: true, force: true });
mkdirSync(docs);
for (const name of readdirSync(join(root, "docs")))
  if (name.endsWith(".md")) copyFileSync(join(root, "docs", name), join(docs, name));
