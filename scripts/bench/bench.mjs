#!/usr/bin/env node
/**
 * `npm run bench`: ratios, measured side by side in one run; a bare time says little on another machine.
 * Options: --runs N (15), --only verbs|sizes|claims|supervisor, --write (into docs/BENCHMARKS.md).
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { sideBySide } from "./measure.mjs";
import { seed } from "./seed.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fleetJs = join(root, "packages", "fleet", "dist", "fleet.js");
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const RUNS = Number(option("runs", 15));
const only = option("only", undefined);
const scratch = mkdtempSync(join(tmpdir(), "fleet-bench-"));
const lines = [];
const print = (line = "") => {
  lines.push(line);
  console.log(line);
};

const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(GIT_|FLEET_|BEADS_|BD_)/.test(name)),
);
const envOf = (home) => ({
  ...cleanEnv,
  FLEET_HOME: home,
  BEADS_ACTOR: "bench",
  GIT_AUTHOR_EMAIL: "bench@example.com",
});
const bd = (home, ...args) => ({
  file: process.execPath,
  args: [fleetJs, "bd", ...args],
  cwd: scratch,
  env: envOf(home),
});
const bare = () => ({ file: process.execPath, args: ["-e", "0"], cwd: scratch, env: cleanEnv });
const ratio = (a, b) => (a / b).toFixed(2);
const row = (cells, widths) =>
  cells.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join("  ");

function home(name, count, live) {
  const dir = join(scratch, name);
  execFileSync(process.execPath, [fleetJs, "init", "--prefix", "bench"], { env: envOf(dir), cwd: scratch });
  const ready = count > 0 ? seed(dir, count, live) : [];
  execFileSync(process.execPath, [fleetJs, "bd", "ready", "--json"], {
    env: envOf(dir),
    cwd: scratch,
    stdio: "ignore",
    maxBuffer: 2 ** 28,
  });
  return { dir, ready };
}

function verbs() {
  print(`\n## Each verb against \`node -e 0\` (100 issues, median of ${RUNS} runs, whole processes)\n`);
  const { dir, ready } = home("verbs", 100, 100);
  const [one = "", two = ""] = ready;
  const fresh = (run) => ready[(run + 3) % ready.length];
  const table = sideBySide(
    {
      "node -e 0": bare,
      "ready --json": () => bd(dir, "ready", "--json"),
      "show --json": () => bd(dir, "show", one, "--json"),
      "list --json": () => bd(dir, "list", "--json"),
      "blocked --json": () => bd(dir, "blocked", "--json"),
      "search --json": () => bd(dir, "search", "number", "--json"),
      "stats --json": () => bd(dir, "stats", "--json"),
      "create --json": () => bd(dir, "create", "A new task", "-d", "with a description", "--json"),
      "update --claim": (run) => bd(dir, "update", fresh(run), "--claim", "--json"),
      comment: () => bd(dir, "comment", two, "a remark"),
      "label add": (run) => bd(dir, "label", "add", two, `label-${run}`),
      close: (run) => bd(dir, "close", fresh(run), "--json"),
    },
    RUNS,
  );
  const base = table.get("node -e 0");
  for (const [name, millis] of table)
    print(row([name, `${millis.toFixed(0)} ms`, `${ratio(millis, base)} ×`], [18, 8, 8]));
}

function sizes() {
  print(`\n## A one-line commit and a read, by the size of the store (2 000 live at most; ratio to 100 issues)\n`);
  const stores = {
    100: home("n100", 100, 100),
    10000: home("n10000", 10_000, 2_000),
    100000: home("n100000", 100_000, 2_000),
  };
  const candidates = {};
  for (const [count, { dir, ready }] of Object.entries(stores)) {
    candidates[`comment ${count}`] = () => bd(dir, "comment", ready[0], "a remark");
    candidates[`ready ${count}`] = () => bd(dir, "ready", "--json", "--limit", "10");
    candidates[`show ${count}`] = () => bd(dir, "show", ready[1], "--json");
  }
  const table = sideBySide(candidates, RUNS);
  for (const verb of ["comment", "ready", "show"]) {
    const base = table.get(`${verb} 100`);
    for (const count of [100, 10_000, 100_000]) {
      const millis = table.get(`${verb} ${count}`);
      print(row([`${verb} at ${count}`, `${millis.toFixed(0)} ms`, `${ratio(millis, base)} ×`], [20, 8, 8]));
    }
  }
}

async function emptyQueue(name, make, claimers, expected) {
  const started = performance.now();
  const loop = async (n) => {
    let claimed = 0;
    for (;;) {
      const { file, args, env } = make(n);
      const out = await new Promise((resolve, reject) => {
        const child = spawn(file, args, { env, cwd: scratch, stdio: ["ignore", "pipe", "ignore"] });
        let text = "";
        child.stdout.on("data", (chunk) => (text += chunk));
        child.on("error", reject);
        child.on("close", () => resolve(text));
      });
      if (JSON.parse(out || "[]").length === 0) return claimed;
      claimed++;
    }
  };
  const counts = await Promise.all(Array.from({ length: claimers }, (_, n) => loop(n)));
  const total = counts.reduce((a, b) => a + b, 0);
  if (total !== expected) throw new Error(`${name}: ${total} claims of ${expected} tasks`);
  return { perSecond: total / ((performance.now() - started) / 1000), counts };
}

async function claims() {
  print("\n## 8 parallel `ready --claim` loops empty a queue of 200\n");
  const { dir } = home("claims", 200, 200);
  // Seeded edges hold up every tenth task; without them all 200 are ready.
  for (const issue of JSON.parse(
    execFileSync(process.execPath, [fleetJs, "bd", "blocked", "--json"], { env: envOf(dir), encoding: "utf8" }),
  )) {
    execFileSync(process.execPath, [fleetJs, "bd", "dep", "remove", issue.id, issue.blocked_by[0]], {
      env: envOf(dir),
      stdio: "ignore",
    });
  }
  const fleet = await emptyQueue(
    "fleet",
    (n) => ({ ...bd(dir, "ready", "--claim", "--json"), env: { ...envOf(dir), BEADS_ACTOR: `w${n}` } }),
    8,
    200,
  );
  print(`fleet bd   ${fleet.perSecond.toFixed(1)} claims/s, by loop ${fleet.counts.join(" ")}`);
  for (const other of ["bd", "br"]) {
    if (spawnSync(other, ["version"], { env: cleanEnv }).status !== 0) {
      print(`${other}         not on PATH, left out`);
      continue;
    }
    const place = join(scratch, other);
    mkdirSync(place);
    execFileSync("git", ["init", "-q"], { cwd: place, env: cleanEnv });
    execFileSync(other, ["init", "--prefix", "b"], { cwd: place, env: cleanEnv, stdio: "ignore" });
    for (let i = 0; i < 200; i++)
      execFileSync(other, ["create", `Task ${i}`], { cwd: place, env: cleanEnv, stdio: "ignore" });
    const theirs = await emptyQueue(
      other,
      (n) => ({
        file: other,
        args: ["ready", "--claim", "--json"],
        env: { ...cleanEnv, BEADS_ACTOR: `w${n}`, BEADS_DIR: join(place, ".beads") },
      }),
      8,
      200,
    );
    print(
      `${other}         ${theirs.perSecond.toFixed(1)} claims/s (fleet: ${ratio(fleet.perSecond, theirs.perSecond)} ×)`,
    );
  }
}

/** CPU seconds and resident MiB of a process, from /proc; undefined elsewhere than on Linux. */
function usage(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, mib: Number(resident) / 1024 };
  } catch {
    return undefined;
  }
}

async function supervisor() {
  print("\n## The supervisor with 50 idle children, over 20 s\n");
  const { dir } = home("supervisor", 0, 0);
  const fleet = (...args) =>
    execFileSync(process.execPath, [fleetJs, ...args], { env: envOf(dir), cwd: scratch, encoding: "utf8" });
  fleet("config", "set", "max_concurrent=50", "shutdown_grace=0s", "kill_grace=1s");
  for (let i = 0; i < 50; i++) fleet("bd", "create", `idle ${i}`, "-d", "exec sleep 300", "--coder", "shell");
  const { pid } = JSON.parse(fleet("run", "start", "--json"));
  try {
    while (JSON.parse(fleet("tasks", "--json")).filter((row) => row.elapsed_ms !== undefined).length < 50)
      await sleep(500);
    await sleep(3000);
    const before = usage(pid);
    await sleep(20_000);
    const after = usage(pid);
    if (before === undefined || after === undefined) print("not measured: no /proc here");
    else print(`${(((after.cpu - before.cpu) / 20) * 100).toFixed(1)} % of one core, ${after.mib.toFixed(0)} MiB`);
  } finally {
    fleet("run", "stop");
  }
}

const PARTS = { verbs, sizes, claims, supervisor };
try {
  print(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, ${new Date().toISOString().slice(0, 10)}`,
  );
  for (const [name, part] of Object.entries(PARTS)) if (only === undefined || only === name) await part();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (process.argv.includes("--write")) {
  const head = "# Benchmarks\n\nBy `npm run bench -- --write`. Ratios hold between machines; times do not.\n\n";
  writeFileSync(join(root, "docs", "BENCHMARKS.md"), `${head}${lines.join("\n")}\n`);
}
