/**
 * The long form of packages/fleet/test/landing/chaos.long.test.ts: tasks that the shell coder has done are landed while landers are
 * killed at each step and at random moments, and a person commits, switches, rebases and pushes; then supervisors land what is left
 * (`land: auto`) and are killed, and everything is checked.
 *
 *   npm run chaos:land -- [--kills 60] [--supervisors 20] [--tasks 30] [--seed 1] [--way checkout|elsewhere|push] [--bounded]
 *
 * Without --way all three, one after the other. --bounded: as CI runs it, within 60 seconds, where the target is checked out. Exit 1 when something is broken; the
 * directory is kept then.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { imported } from "./bundle.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string" },
    supervisors: { type: "string" },
    tasks: { type: "string" },
    seed: { type: "string", default: "1" },
    way: { type: "string" },
    bounded: { type: "boolean", default: false },
  },
});

const at = (name) => imported(join(import.meta.dirname, "..", "packages/fleet/test/landing/chaos", name));
const [{ chaos }, { WAYS }] = [await at("chaos.ts"), await at("field.ts")];
if (values.way !== undefined && !WAYS.includes(values.way)) throw new Error(`--way is one of ${WAYS.join(", ")}`);
const kills = Number(values.kills ?? (values.bounded ? 1 : 60));
const supervisors = Number(values.supervisors ?? (values.bounded ? 2 : 20));
const tasks = Number(values.tasks ?? (values.bounded ? 8 : 30));
const ways = values.way === undefined ? (values.bounded ? ["checkout"] : WAYS) : [values.way];

for (const way of ways) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet-land-chaos-")));
  const began = Date.now();
  const report = await chaos({ dir, kills, supervisors, tasks, seed: Number(values.seed), way });
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(
    JSON.stringify({ way, seed: values.seed, tasks, seconds, ...report, broken: report.broken.slice(0, 20) }, null, 2),
  );
  if (report.broken.length === 0) rmSync(dir, { recursive: true, force: true });
  else {
    process.exitCode = 1;
    console.log(`broken: ${report.broken.length}; kept: ${dir}`);
  }
}
