/**
 * The long form of packages/store/test/chaos.long.test.ts: writers killed and stopped at random, then everything is checked.
 *
 *   node scripts/store-chaos.mjs [--seconds 60] [--seed 1] [--writers 6] [--every 30] [--gc] [--calm]
 *
 * --gc runs a person's git gc, repack and prune meanwhile; --calm kills and stops nobody. Exit 1 when something is broken.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { imported } from "./bundle.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    writers: { type: "string", default: "6" },
    every: { type: "string", default: "30" },
    gc: { type: "boolean", default: false },
    calm: { type: "boolean", default: false },
  },
});

const dir = mkdtempSync(join(tmpdir(), "fleet-chaos-"));
mkdirSync(join(dir, "run"));
try {
  const { chaos } = await imported(join(import.meta.dirname, "..", "packages/store/test/chaos/chaos.ts"));
  const report = await chaos({
    dir: join(dir, "run"),
    seconds: Number(values.seconds),
    writers: Number(values.writers),
    seed: Number(values.seed),
    every: values.calm ? 0 : Number(values.every),
    stops: !values.calm,
    ...(values.gc
      ? {
          meanwhile: [
            ["gc", "--quiet", "--prune=now"],
            ["repack", "-q"],
            ["prune-packed", "-q"],
            ["pack-refs", "--all"],
          ],
        }
      : {}),
  });
  console.log(JSON.stringify({ ...values, ...report, broken: report.broken.slice(0, 20) }, null, 2));
  if (report.broken.length > 0) {
    process.exitCode = 1;
    console.log(`broken: ${report.broken.length}; the home is kept in ${join(dir, "run", "home")}`);
  }
} finally {
  if (process.exitCode !== 1) rmSync(dir, { recursive: true, force: true });
}
