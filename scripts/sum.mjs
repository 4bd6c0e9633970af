#!/usr/bin/env node
/**
 * The closing line of CI, `N passed, N failed`, summed from the reports named: JSON of vitest ({numPassedTests,…}) or of
 * the conformance runner ({passed, failed}). `--failed NAME` adds a step that failed without a report of its own.
 * A report that is missing, or says that no test ran, is a failure; one that says why its step was skipped is none.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** What failed, by name with the beginning of its message: a log that is cut at its end still says it. */
function failures({ testResults = [] }) {
  return testResults.flatMap(({ name, message, status, assertionResults = [] }) => {
    const of = assertionResults.filter((it) => it.status === "failed");
    const begin = (text = "") =>
      text
        .split("\n")
        .slice(0, 12)
        .map((line) => `      ${line.slice(0, 300)}`);
    const file = `  ${relative(process.cwd(), name)}`;
    if (of.length === 0) return status === "failed" ? [file, ...begin(message)] : [];
    return of.flatMap(({ fullName, duration, failureMessages }) => [
      `${file}: ${fullName} (${Math.round(duration ?? 0)} ms)`,
      ...begin(failureMessages?.[0]),
    ]);
  });
}

let passed = 0;
let failed = 0;
let skipped = 0;
const words = process.argv.slice(2);
for (let i = 0; i < words.length; i++) {
  if (words[i] === "--failed") {
    console.log(`failed: ${words[++i]}`);
    failed++;
    continue;
  }
  try {
    const report = JSON.parse(readFileSync(words[i], "utf8"));
    if (typeof report.skipped === "string") {
      console.log(`${words[i]}: skipped: ${report.skipped}`);
      continue;
    }
    const ran = { passed: report.numPassedTests ?? report.passed, failed: report.numFailedTests ?? report.failed };
    // A file that could not even be loaded has no tests in it, and is a failure all the same.
    const broken = ran.failed === 0 && report.success === false ? 1 : 0;
    console.log(`${words[i]}: ${ran.passed} passed, ${ran.failed + broken} failed`);
    for (const line of failures(report)) console.log(line);
    passed += ran.passed;
    failed += ran.failed + broken;
    skipped += report.numPendingTests ?? report.pending ?? 0;
    if (ran.passed + ran.failed === 0) failed++;
  } catch (error) {
    console.log(`${words[i]}: no report (${error.message})`);
    failed++;
  }
}
if (skipped > 0) console.log(`${skipped} skipped (each says why)`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
