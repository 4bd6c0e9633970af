#!/usr/bin/env node
/**
 * Runs every test and leaves the counts in .reports/test.json (long.json with LONG_TESTS set). Further arguments go to vitest.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const report = process.env["LONG_TESTS"] === undefined ? "test.json" : "long.json";
const reports = ["--reporter=default", "--reporter=json", `--outputFile.json=${join(root, ".reports", report)}`];
const done = spawnSync(process.execPath, [vitest, "run", ...reports, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
});
process.exit(done.status ?? 1);
