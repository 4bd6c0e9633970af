#!/usr/bin/env node
/**
 * The supervisor's plan in virtual time, for as many tasks as are asked for:
 *   node scripts/simulate.mjs --tasks 10000 --seed 1 --runs 3 --concurrent 500 --chaos 1
 * Prints a report a run; exits 1 when a promise was broken, naming the seed that shows it.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { imported } from "./bundle.mjs";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    runs: { type: "string", default: "1" },
    concurrent: { type: "string", default: "500" },
    chaos: { type: "string", default: "1" },
  },
});
const { simulate } = await imported(join(import.meta.dirname, "..", "packages/fleet/test/supervisor/simulation.ts"));

const maxConcurrent = Number(values.concurrent);
for (let run = 0; run < Number(values.runs); run++) {
  const began = performance.now();
  const report = simulate({
    seed: Number(values.seed) + run,
    tasks: Number(values.tasks),
    chaos: Number(values.chaos),
    limits: { maxConcurrent, maxPerCoder: {} },
    maxPerCwd: maxConcurrent,
  });
  const outcomes = Object.entries(report.outcomes).map(([kind, n]) => `${n} ${kind}`);
  console.log(
    `seed ${report.seed}: ${report.tasks} tasks, ${report.closed} closed, ${report.blocked} blocked; ` +
      `${report.attempts} attempts (${outcomes.join(", ")}); ${report.crashes} crashes of the supervisor, ` +
      `${report.lateWrappers} late wrappers, ${report.short} shortages, ${report.frozen} freezes, ${report.moved} moves, ${report.parked} limits met, ${report.tripped} breakers opened; at most ${report.mostAtOnce} of ${maxConcurrent} at once; ` +
      `slowest settlement ${report.slowest} ticks; ${report.ticks} ticks = ${Math.round(report.took / 60_000)} virtual minutes ` +
      `in ${Math.round(performance.now() - began)} ms`,
  );
  for (const violation of report.violations.slice(0, 10)) console.log(`  BROKEN: ${violation}`);
  if (report.violations.length > 0) process.exitCode = 1;
}
