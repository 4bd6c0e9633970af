/**
 * What the store costs in one process: writes a second, loads and cached reads at several sizes.
 *
 *   node scripts/store-perf.mjs [--sizes 100,10000,100000] [--live 2000]
 */
import { build } from "esbuild";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { sizes: { type: "string", default: "100,10000,100000" }, live: { type: "string", default: "2000" } },
});
const dir = join(import.meta.dirname, "..", "packages", "store", "test", "perf");
const outfile = join(dir, `.perf-${process.pid}.mjs`);
try {
  const entryPoints = [join(dir, "perf.ts")];
  await build({
    entryPoints,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outfile,
    minify: false,
  });
  const { perf } = await import(pathToFileURL(outfile).href);
  for (const size of values.sizes.split(",").map(Number))
    console.log(JSON.stringify(await perf(size, Number(values.live))));
} finally {
  rmSync(outfile, { force: true });
}
