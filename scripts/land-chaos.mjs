/**
 * The long form of packages/fleet/test/landing/chaos.long.test.ts: landers killed at each step and at random moments while a person
 * commits and switches in the repository, then everything is checked.
 *
 *   npm run chaos:land -- [--kills 60] [--tasks 12] [--seed 1] [--elsewhere]
 *
 * --elsewhere: the target is checked out nowhere. Exit 1 when something is broken; the directory is kept then.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { imported } from "./bundle.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "60" },
    tasks: { type: "string", default: "12" },
    seed: { type: "string", default: "1" },
    elsewhere: { type: "boolean", default: false },
  },
});

const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet-land-chaos-")));
try {
  const { chaos } = await imported(join(import.meta.dirname, "..", "packages/fleet/test/landing/chaos/chaos.ts"));
  const report = await chaos({
    dir,
    kills: Number(values.kills),
    tasks: Number(values.tasks),
    seed: Number(values.seed),
    isCheckedOut: !values.elsewhere,
  });
  console.log(JSON.stringify({ ...values, ...report, broken: report.broken.slice(0, 20) }, null, 2));
  if (report.broken.length > 0) {
    process.exitCode = 1;
    console.log(`broken: ${report.broken.length}; kept: ${dir}`);
  }
} finally {
  if (process.exitCode !== 1) rmSync(dir, { recursive: true, force: true });
}
