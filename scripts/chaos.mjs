#!/usr/bin/env node
/**
 * The chaos run: real children, and all that can happen to a machine, then calm. Afterwards every promise is checked from
 * what is on disk.
 *
 *   npm run chaos -- --seconds 120 --children 50 --seed 7       everything is killed at random
 *   npm run chaos -- --kind full-disk --kind strangers          other kinds (scripts/chaos/kinds); --kind all for each
 *
 * Exit 1 when something is broken; the home is kept then. Needs /proc and flock (Linux). What the system does not permit is
 * skipped, with a word. The counts of kinds are left in .reports/chaos.json.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { KINDS } from "./chaos/kinds/index.mjs";
import { hasProc } from "./chaos/lab.mjs";
import { run } from "./chaos/run.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    children: { type: "string", default: "50" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    kind: { type: "string", multiple: true, default: ["kills"] },
    without: { type: "string", multiple: true, default: [] },
    /** Milliseconds between two blows. */
    every: { type: "string" },
    keep: { type: "boolean", default: false },
    /** In the surroundings of the kind already. */
    inside: { type: "boolean", default: false },
  },
});

if (!hasProc) {
  console.log("chaos: skipped, it finds its victims in /proc, which this system does not have");
  process.exit(0);
}
const wanted = values.kind.includes("all") ? KINDS.map(({ name }) => name) : values.kind;
const unknown = wanted.find((name) => !KINDS.some((kind) => kind.name === name));
if (unknown !== undefined) {
  console.error(`chaos: no kind ${unknown}; there are: all ${KINDS.map(({ name }) => name).join(" ")}`);
  process.exit(2);
}
const kinds = KINDS.filter(({ name }) => wanted.includes(name) && !values.without.includes(name));

/** Here, where all is as the kind wants it. */
async function here(kind) {
  const numbers = { seconds: Number(values.seconds), children: Number(values.children), seed: Number(values.seed) };
  const every = values.every === undefined ? {} : { every: Number(values.every) };
  const { broken, root } = await run(kind, { ...numbers, ...every, keep: values.keep });
  for (const one of broken.slice(0, 20)) console.log(`  BROKEN: ${String(one)}`);
  console.log(
    broken.length === 0
      ? "  every task ended once, tries as counted, nothing left over, the repository sound"
      : `  ${broken.length} promises broken with --kind ${kind.name} --seed ${values.seed}; kept: ${root}`,
  );
  return broken.length === 0;
}

/** In a process of its own, in the surroundings of the kind. */
function inside(kind, before) {
  const { seconds, children, seed, every, keep } = values;
  const numbers = [`--seconds=${seconds}`, `--children=${children}`, `--seed=${seed}`];
  const more = [...(every === undefined ? [] : [`--every=${every}`]), ...(keep ? ["--keep"] : [])];
  const script = fileURLToPath(import.meta.url);
  const words = [process.execPath, script, "--inside", `--kind=${kind.name}`, ...numbers, ...more];
  const [file, ...args] = [...before, ...words];
  return spawnSync(file, args, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

if (values.inside) process.exit((await here(kinds[0])) ? 0 : 1);
const counts = { passed: 0, failed: 0, pending: 0 };
for (const kind of kinds) {
  const { before, why } = kind.inside();
  if (before === undefined) {
    console.log(`chaos: ${kind.name} is skipped: ${why}`);
    counts.pending++;
  } else counts[inside(kind, before) ? "passed" : "failed"]++;
}
const reports = fileURLToPath(new URL("../.reports", import.meta.url));
mkdirSync(reports, { recursive: true });
writeFileSync(join(reports, "chaos.json"), `${JSON.stringify(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
