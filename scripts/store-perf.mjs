/**
 * What the store costs in one process: writes a second, loads and cached reads at several sizes.
 *
 *   node scripts/store-perf.mjs [--sizes 100,10000,100000] [--live 2000]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { imported } from "./bundle.mjs";

const { values } = parseArgs({
  options: { sizes: { type: "string", default: "100,10000,100000" }, live: { type: "string", default: "2000" } },
});
const { perf } = await imported(join(import.meta.dirname, "..", "packages/store/test/perf/perf.ts"));
for (const size of values.sizes.split(",").map(Number))
  console.log(JSON.stringify(await perf(size, Number(values.live))));
