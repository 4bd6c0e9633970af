#!/usr/bin/env node
/**
 * Runs fixtures/conformance/cases.json as real processes against any command that claims to be bd:
 *
 *     node scripts/conformance.mjs --bd "node packages/fleet/dist/fleet.js bd"
 *
 * Options: --cases FILE  --filter REGEX  --tier T1  --parallel N  --timeout SECONDS  --verbose  --keep
 *          --report FILE (the counts as JSON: {passed, failed})
 * Every case has a directory, a HOME with a git identity and a home of its own. The last line: `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { capturedId, judge, judgeRace, substitute } from "../fixtures/conformance/matcher.mjs";

const root = resolve(import.meta.dirname, "..");
const { values: options } = parseArgs({
  options: {
    bd: { type: "string", default: `node ${join(root, "packages/fleet/dist/fleet.js")} bd` },
    cases: { type: "string", default: join(root, "fixtures/conformance/cases.json") },
    filter: { type: "string", default: "" },
    tier: { type: "string" },
    parallel: { type: "string", default: "2" },
    timeout: { type: "string", default: "60" },
    verbose: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    report: { type: "string" },
  },
});

// A path in the prefix is meant from where this was started; the commands run elsewhere.
const prefix = options.bd
  .trim()
  .split(/\s+/)
  .map((word) => (word.includes("/") && !word.startsWith("/") ? resolve(word) : word));
const INIT = ["init", "--prefix", "tt", "--skip-agents", "--skip-hooks", "--quiet"];
const GITCONFIG =
  "[user]\n\tname = Test User\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n";

/** Nothing of the caller's own beads, fleet, git or CI settings. */
function environment(world) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(BEADS_|BD_|FLEET_|GIT_|CLAUDE|XDG_|GITHUB_|CI$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: world.home,
    FLEET_HOME: join(world.dir, ".fleet"),
    USER: "tester",
    LANG: "C.UTF-8",
    TZ: "UTC",
    NO_COLOR: "1",
    TERM: "dumb",
    GIT_CONFIG_NOSYSTEM: "1",
    PAGER: "cat",
    EDITOR: "true",
  };
}

function makeWorld() {
  const base = mkdtempSync(join(realpathSync(tmpdir()), "bd-conformance-"));
  const world = { base, home: join(base, "home"), dir: join(base, "proj") };
  mkdirSync(world.home);
  mkdirSync(world.dir);
  writeFileSync(join(world.home, ".gitconfig"), GITCONFIG);
  return world;
}

const dispose = (world) => {
  if (!options.keep) rmSync(world.base, { recursive: true, force: true });
};

async function run(world, argv, { env = {}, stdin = "", cwd = world.dir } = {}) {
  const [file, ...first] = prefix;
  return await new Promise((done) => {
    const child = spawn(file, [...first, ...argv], { cwd, env: { ...environment(world), ...env }, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), Number(options.timeout) * 1000);
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    // A command that does not read its input closes it; that is no failure.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
    child.on("error", (error) => done({ exit: 127, stdout, stderr: String(error) }));
    child.on("close", (code) => {
      clearTimeout(timer);
      done({ exit: code ?? 137, stdout, stderr });
    });
  });
}

async function problems(one, template) {
  const world = makeWorld();
  try {
    if (one.init !== false) cpSync(template.dir, world.dir, { recursive: true });
    for (const [path, text] of Object.entries(one.files ?? {})) {
      mkdirSync(dirname(join(world.dir, path)), { recursive: true });
      writeFileSync(join(world.dir, path), text);
    }
    const vars = { DIR: world.dir, HOME: world.home };
    const step = (s) =>
      run(world, substitute(s.argv, vars), {
        env: substitute(s.env ?? {}, vars),
        stdin: s.stdin,
        ...(s.in === undefined ? {} : { cwd: join(world.dir, substitute(s.in, vars)) }),
      });
    let ids = 0;
    for (const written of one.setup ?? []) {
      const s = Array.isArray(written) ? { argv: written } : written;
      const result = await step(s);
      if (s.exit !== "any" && result.exit !== (s.exit ?? 0))
        return [`set-up ${JSON.stringify(s.argv)}: exit ${result.exit}: ${result.stderr || result.stdout}`];
      const id = capturedId(s.argv, result.stdout);
      if (id !== undefined) vars[`ID${++ids}`] = id;
    }
    if (one.parallel !== undefined) return judgeRace(one.expect, await Promise.all(one.parallel.map(step)));
    return judge(one.expect, await step(one), vars);
  } finally {
    dispose(world);
  }
}

const all = JSON.parse(readFileSync(options.cases, "utf8"));
const cases = all.filter(
  ({ name, tier }) =>
    new RegExp(options.filter).test(name) && (options.tier === undefined || options.tier.split(",").includes(tier)),
);
const template = makeWorld();
const made = await run(template, INIT);
let passed = 0;
let failed = 0;
if (made.exit === 0) {
  const queue = [...cases];
  await Promise.all(
    Array.from({ length: Number(options.parallel) }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const found = await problems(one, template);
        if (found.length === 0) passed++;
        else failed++;
        if (found.length > 0)
          console.log([`FAIL ${one.tier} ${one.name}`, ...found.map((text) => `     ${text}`)].join("\n"));
        else if (options.verbose) console.log(`ok   ${one.tier} ${one.name}`);
      }
    }),
  );
} else {
  failed = cases.length;
  console.log(`${prefix.join(" ")} ${INIT.join(" ")}: exit ${made.exit}: ${made.stderr}`);
}
dispose(template);
if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify({ passed, failed })}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
