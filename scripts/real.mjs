#!/usr/bin/env node
/**
 * The end-to-end tests with real coder CLIs (and a real viewer): installs them, pinned, into .cache/coders (a directory of this clone; nothing
 * else is written but npm's own cache), runs packages/fleet/test/real, and leaves the counts in .reports/real.json.
 * A CLI that can't be installed makes its tests skip and say why; a run in which no test ran is a failure.
 * Further arguments go to vitest.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** By the command's name. */
const PINNED = {
  claude: ["@anthropic-ai/claude-code", "2.1.328"],
  codex: ["@openai/codex", "0.169.0"],
  opencode: ["opencode-ai", "1.18.33"],
  gemini: ["@google/gemini-cli", "0.61.0"],
  /** No coder: a browser's view of a beads store, which calls `bd`. */
  bdui: ["beads-ui", "0.12.0"],
};

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, ".cache", "coders");
const bin = join(cache, "node_modules", ".bin");
const report = join(root, ".reports", "real.json");

/** What the command says of itself has to have the version in it; undefined when all is well, else what is wrong. */
function trouble(command, version) {
  const said = spawnSync(join(bin, command), ["--version"], { encoding: "utf8", timeout: 60_000 });
  if (said.error !== undefined) return said.error.message;
  if (said.status !== 0) return `${command} --version: exit ${said.status}: ${said.stderr.trim().slice(-300)}`;
  return said.stdout.includes(version) ? undefined : `${command} --version says ${said.stdout.trim()}, not ${version}`;
}

function install(command, [name, version]) {
  if (existsSync(join(bin, command)) && trouble(command, version) === undefined) return undefined;
  console.log(`Installing ${name}@${version} into .cache/coders …`);
  const options = ["--prefix", cache, "--save-exact", "--no-audit", "--no-fund", "--loglevel", "error"];
  const npm = spawnSync("npm", ["install", ...options, `${name}@${version}`], {
    cwd: cache,
    encoding: "utf8",
    stdio: ["ignore", "inherit", "pipe"],
    timeout: 600_000,
  });
  if (npm.error !== undefined) return npm.error.message;
  if (npm.status !== 0) {
    const said = npm.stderr.split("\n").filter((line) => line.startsWith("npm error"));
    return `npm install ${name}@${version}: exit ${npm.status}: ${said.slice(0, 5).join("; ").replaceAll("npm error ", "")}`;
  }
  return trouble(command, version);
}

mkdirSync(cache, { recursive: true });
const manifest = join(cache, "package.json");
if (!existsSync(manifest)) writeFileSync(manifest, '{ "name": "coders", "private": true }\n');
const missing = {};
for (const [command, pinned] of Object.entries(PINNED)) {
  const wrong = install(command, pinned);
  if (wrong !== undefined) {
    missing[command] = wrong;
    console.log(`${command} is not there, its tests are skipped: ${wrong}`);
  }
}

rmSync(report, { force: true });
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const done = spawnSync(
  process.execPath,
  [
    vitest,
    "run",
    "--config",
    join(root, "vitest.real.config.ts"),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    env: {
      ...process.env,
      PATH: [bin, process.env.PATH].join(delimiter),
      FLEET_REAL_BIN: bin,
      FLEET_REAL_MISSING: JSON.stringify(missing),
    },
    stdio: ["ignore", "inherit", "inherit"],
  },
);

const ran = countOf(report);
if (ran === 0)
  console.error(`No test ran${existsSync(report) ? "" : `, and there is no ${report}`}: that is a failure.`);
process.exit(done.status === 0 && ran === 0 ? 1 : (done.status ?? 1));

/** Tests that ran to a verdict; 0 where there is no report. */
function countOf(file) {
  try {
    const { numPassedTests = 0, numFailedTests = 0 } = JSON.parse(readFileSync(file, "utf8"));
    return numPassedTests + numFailedTests;
  } catch {
    return 0;
  }
}
