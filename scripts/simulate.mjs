#!/usr/bin/env node
/**
 * The supervisor's plan in virtual time, for as many tasks as are asked for:
 *   node scripts/simulate.mjs --tasks 10000 --seed 1 --runs 3 --concurrent 500 --chaos 1
 * Prints a report a run; exits 1 when a promise was broken, naming the seed that shows it.
 */
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    runs: { type: "string", default: "1" },
    concurrent: { type: "string", default: "500" },
    chaos: { type: "string", default: "1" },
  },
});
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../packages/fleet/test/supervisor/simulation.ts", import.meta.url))],
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
  logLevel: "warning",
});
const source = Buffer.from(outputFiles[0].contents).toString("base64");
const { simulate } = await import(`data:text/javascript;base64,${source}`);

const maxConcurrent = Number(values.concurrent);
for (let run = 0; run < Number(values.runs); run++) {
  const began = performance.now();
  const report = simulate({
    seed: Number(values.seed) + run,
    tasks: Number(values.tasks),
    chaos: Number(values.chaos),
    limits: { maxConcurrent, maxPerCwd: maxConcurrent, maxPerCoder: {} },
  });
  const outcomes = Object.entries(report.outcomes).map(([kind, n]) => `${n} ${kind}`);
  console.log(
    `seed ${report.seed}: ${report.tasks} tasks, ${report.closed} closed, ${report.blocked} blocked; ` +
      `${report.attempts} attempts (${outcomes.join(", ")}); ${report.crashes} crashes of the supervisor, ` +
      `${report.lateWrappers} late wrappers, ${report.parked} limits met, ${report.tripped} breakers opened; at most ${report.mostAtOnce} of ${maxConcurrent} at once; ` +
      `slowest settlement ${report.slowest} ticks; ${report.ticks} ticks = ${Math.round(report.took / 60_000)} virtual minutes ` +
      `in ${Math.round(performance.now() - began)} ms`,
  );
  for (const violation of report.violations.slice(0, 10)) console.log(`  BROKEN: ${violation}`);
  if (report.violations.length > 0) process.exitCode = 1;
}
