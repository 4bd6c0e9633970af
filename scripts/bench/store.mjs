/** The store without the command: the sources, bundled for this run. */
import { build } from "esbuild";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { scratch } from "./world.mjs";

export async function storeModules() {
  const store = fileURLToPath(new URL("../../packages/store/", import.meta.url));
  const outfile = join(scratch, "store.cjs");
  const contents =
    'export { perf } from "./test/perf/perf.ts"; export { maintain } from "./src/maintenance.ts"; export { Store } from "./src/store.ts";';
  await build({
    stdin: { contents, resolveDir: store, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
    logLevel: "error",
  });
  return createRequire(import.meta.url)(outfile);
}
