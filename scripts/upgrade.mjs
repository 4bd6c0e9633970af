#!/usr/bin/env node
/**
 * An upgrade in the middle of the work: the build of an earlier commit supervises twelve attempts, and this build takes
 * its home over: after the old supervisor was killed, and by `run restart`. None may be lost, none may run twice.
 *
 *   npm run test:upgrade -- --from COMMIT
 *
 * Without --from it is the commit before the last one that changed the program; a clone that does not go back so far
 * skips it, and says so. The counts are left in .reports/upgrade.json; a home in which something was wrong is kept.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { hasProc } from "./chaos/lab.mjs";
import { before, buildAt, commitOf, subjectOf } from "./upgrade/build.mjs";
import { scene, ways } from "./upgrade/scene.mjs";

const { values } = parseArgs({ options: { from: { type: "string" } } });
const reports = fileURLToPath(new URL("../.reports", import.meta.url));
const counts = { passed: 0, failed: 0 };
const report = (more = {}) => {
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, "upgrade.json"), `${JSON.stringify({ ...counts, ...more })}\n`);
};

const from = values.from === undefined ? before() : commitOf(values.from);
if (from === undefined && values.from !== undefined) {
  console.error(`upgrade: there is no commit ${values.from} in this clone`);
  process.exit(1);
}
const why =
  from === undefined
    ? "this clone has no commit before the last change of the program (git fetch --unshallow)"
    : hasProc
      ? undefined
      : "it finds its processes in /proc, which this system does not have";
if (why !== undefined) {
  console.log(`upgrade: skipped: ${why}`);
  report({ skipped: why });
  process.exit(0);
}

const dir = mkdtempSync(join(tmpdir(), "fleet-before-"));
try {
  console.log(`upgrade: from ${subjectOf(from)}`);
  const old = buildAt(from, join(dir, "source"));
  for (const way of ways) {
    const began = performance.now();
    const { all, kept } = await scene(way, old).catch((error) => ({ all: [["it comes to an end", error.message]] }));
    for (const [what, wrong] of all) {
      counts[wrong === undefined ? "passed" : "failed"]++;
      if (wrong !== undefined) console.log(`FAILED  ${way}: ${what}\n        ${wrong.replaceAll("\n", "\n        ")}`);
    }
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.log(`  ${way}: ${all.length} checks in ${seconds} s${kept === undefined ? "" : `; kept: ${kept}`}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
report();
console.log(`upgrade: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
