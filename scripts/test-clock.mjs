#!/usr/bin/env node
/**
 * Runs the tests on other days and in other zones, with the program `faketime` (Debian: apt-get install faketime):
 *
 *     npm run test:clock                      every scene, every test
 *     npm run test:clock -- --bounded         three scenes, only the files that deal with dates and ages
 *     npm run test:clock -- --scene NAME …    these scenes; --list names them all
 *
 * Further arguments go to vitest. The monotonic clock is left alone, so nothing waits longer or shorter. Each scene leaves
 * vitest's report in .reports/clock-NAME.json, all of them their sum in .reports/clock.json. Without faketime, one line
 * says why the run is skipped, and it exits with 0.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = join(root, ".reports");
const files = join(root, "scripts", "clock", "files.cjs");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Where a zone's clock is ahead of UTC, in milliseconds, at an instant that is a whole second. */
function offsetOf(zone, at) {
  const options = { timeZone: zone, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" };
  // Swedish writes dates as ISO 8601 does.
  return Date.parse(`${new Intl.DateTimeFormat("sv", options).format(at).replace(" ", "T")}Z`) - at;
}

/** The instant at which a zone next moves its clock forwards (1) or back (-1). */
function nextChange(zone, direction) {
  let at = Math.ceil(Date.now() / HOUR) * HOUR;
  for (const end = at + 400 * DAY; at < end; at += HOUR)
    if (Math.sign(offsetOf(zone, at) - offsetOf(zone, at - HOUR)) === direction) return at;
  throw new Error(`${zone} does not change its clock within 400 days`);
}

const nextMidnight = () => Math.ceil(Date.now() / DAY) * DAY;

/** Half a minute before something, so that it happens while tests run. */
const before = (at) => at - MINUTE / 2;

/** By name: the zone, the instant at which the run starts, and whether the bounded form has it. */
const SCENES = {
  "far-east": { zone: "Pacific/Kiritimati", start: () => Date.now() + 400 * DAY, isBounded: true },
  "new-york-forward": {
    zone: "America/New_York",
    start: () => before(nextChange("America/New_York", 1)),
    isBounded: true,
  },
  "berlin-back": { zone: "Europe/Berlin", start: () => before(nextChange("Europe/Berlin", -1)), isBounded: true },
  "new-york-back": { zone: "America/New_York", start: () => before(nextChange("America/New_York", -1)) },
  "berlin-forward": { zone: "Europe/Berlin", start: () => before(nextChange("Europe/Berlin", 1)) },
  "far-west": { zone: "Pacific/Niue", start: () => Date.now() + 200 * DAY },
  "quarter-hour": { zone: "Asia/Kathmandu", start: () => Date.now() - 100 * DAY },
  "midnight-utc": { zone: "UTC", start: () => before(nextMidnight()) },
};

/** The files that deal with dates and ages and are quick; the run without a bound has them all. */
const BOUNDED = [
  "fleet/test/accounts/choose",
  "fleet/test/accounts/ledger",
  "fleet/test/accounts/settings",
  "fleet/test/accounts/upkeep",
  "fleet/test/bd/dates",
  "fleet/test/bd/conformance",
  "fleet/test/bd/doctor",
  "fleet/test/bd/issues",
  "fleet/test/bd/verbs",
  "fleet/test/limits/limits",
  "fleet/test/operations/history",
  "fleet/test/questions/waits",
  "fleet/test/supervisor/settings",
  "store/test/attempts",
  "store/test/courtesy",
  "store/test/graph",
  "store/test/locks",
  "store/test/maintenance",
];

const chosen = { names: [], isBounded: false };
const forVitest = [];
const words = process.argv.slice(2);
while (words.length > 0) {
  const word = words.shift();
  if (word === "--bounded") chosen.isBounded = true;
  else if (word === "--scene") chosen.names.push(words.shift());
  else if (word === "--list") {
    console.log(Object.keys(SCENES).join("\n"));
    process.exit(0);
  } else forVitest.push(word);
}
const unknown = chosen.names.find((name) => !Object.hasOwn(SCENES, name));
if (unknown !== undefined) {
  console.error(`no scene ${String(unknown)}; there are ${Object.keys(SCENES).join(", ")}`);
  process.exit(1);
}

/** Node under a clock that is `ahead` seconds from the machine's. */
function underClock(ahead, args, { env = {}, ...options } = {}) {
  const shift = `${ahead < 0 ? "" : "+"}${ahead}`;
  return spawnSync("faketime", ["-m", "--exclude-monotonic", "-f", shift, process.execPath, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, FAKE_UTIME: "1", ...env },
    ...options,
  });
}

/** Either `why` faketime can't be used here, or `moves`: the times that Node reads from files have to be moved for it. */
function probe() {
  const code =
    'const fs = require("fs"); const file = require("path").join(fs.mkdtempSync(require("os").tmpdir() + "/fleet-clock-"), "f");' +
    'fs.writeFileSync(file, ""); console.log(JSON.stringify([Date.now(), fs.statSync(file).mtimeMs]));' +
    'fs.rmSync(require("path").dirname(file), { recursive: true });';
  const { error, stdout } = underClock((10 * DAY) / 1_000, ["-e", code]);
  if (error?.code === "ENOENT") return { why: "faketime is not installed (Debian: apt-get install faketime)" };
  try {
    const [now, written] = JSON.parse(stdout);
    if (now - Date.now() < 9 * DAY) return { why: "faketime does not move the clock of Node here" };
    return { moves: now - written > DAY };
  } catch {
    return { why: `faketime does not run Node here: ${(error?.message ?? stdout).slice(0, 200)}` };
  }
}

const total = { passed: 0, failed: 0, pending: 0 };
mkdirSync(reports, { recursive: true });
const summary = join(reports, "clock.json");
rmSync(summary, { force: true });
const { why, moves } = probe();
if (why !== undefined) {
  console.log(`test:clock is skipped: ${why}`);
  writeFileSync(summary, `${JSON.stringify({ ...total, skipped: why })}\n`);
  process.exit(0);
}

const scenes = Object.entries(SCENES).filter(([name, { isBounded }]) =>
  chosen.names.length > 0 ? chosen.names.includes(name) : !chosen.isBounded || isBounded,
);
for (const [name, { zone, start }] of scenes) {
  const ahead = Math.round((start() - Date.now()) / 1_000);
  const report = join(reports, `clock-${name}.json`);
  rmSync(report, { force: true });
  const date = new Date(Date.now() + ahead * 1_000).toISOString();
  console.log(`\n== clock ${name}: ${date}, TZ=${zone}`);
  const args = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...forVitest];
  const only = chosen.isBounded ? BOUNDED : [];
  // Some of those are among the long ones.
  const env = { TZ: zone, ...(chosen.isBounded ? { ALL_FILES: "1" } : {}) };
  if (moves) {
    env.TEST_CLOCK_AHEAD = String(ahead);
    env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ""} --require=${JSON.stringify(files)}`.trim();
  }
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const done = underClock(ahead, [vitest, "run", ...args, ...only], { env, stdio: ["ignore", "inherit", "inherit"] });
  let ran = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  try {
    ran = JSON.parse(readFileSync(report, "utf8"));
  } catch (error) {
    console.error(`${name}: no report (${error.message})`);
  }
  total.passed += ran.numPassedTests;
  total.pending += ran.numPendingTests;
  // A run that did not end well has failed, whatever its tests say: a file that can't be loaded, something left behind.
  total.failed += done.status === 0 ? ran.numFailedTests : Math.max(1, ran.numFailedTests);
}
writeFileSync(summary, `${JSON.stringify(total)}\n`);
console.log(`clock: ${total.passed} passed, ${total.failed} failed, in ${scenes.map(([name]) => name).join(", ")}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
