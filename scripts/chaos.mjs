#!/usr/bin/env node
/**
 * The chaos run: real children, and everything killed at random (agents, their tools, wrappers, the supervisor, git, `fleet
 * bd`), then calm. Afterwards every promise is checked from what is on disk.
 *
 *   npm run chaos -- --seconds 120 --children 50 --seed 7
 *
 * Exit 1 when something is broken; the home is kept then. Needs /proc and flock (Linux).
 */
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { child } from "./chaos/children.mjs";
import { history, verify } from "./chaos/verify.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    children: { type: "string", default: "50" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    /** Milliseconds between two blows. */
    every: { type: "string", default: "150" },
    keep: { type: "boolean", default: false },
  },
});
const [seconds, children, seed, every] = [values.seconds, values.children, values.seed, values.every].map(Number);
const CALM_MS = 180_000;

if (process.platform !== "linux" || !existsSync("/proc/self/environ")) {
  console.log("chaos: skipped, it finds its victims in /proc, which this system does not have");
  process.exit(0);
}

const root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-chaos-")));
const home = join(root, "home");
const work = join(root, "work");
const fleetJs =
  process.env.FLEET_UNDER_TEST ?? fileURLToPath(new URL("../packages/fleet/dist/fleet.js", import.meta.url));
const long = `3600.${process.pid}`;
const tuning = JSON.stringify({ finishGrace: 1_000, launchGrace: 5_000 });
const env = { ...process.env, FLEET_HOME: home, FLEET_TUNING: tuning, NO_COLOR: "1" };
for (const name of Object.keys(env))
  if (/^(GIT_|BEADS_|BD_|FLEET_(ATTEMPT|TASK|SUBREAPER))/.test(name)) delete env[name];
Object.assign(env, { GIT_AUTHOR_NAME: "chaos", GIT_AUTHOR_EMAIL: "chaos@example.org" });

/** mulberry32, as in the simulation: which blow falls when is the seed's; where it falls is the machine's. */
let state = seed >>> 0;
const draw = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const pick = (all) => all[Math.floor(draw() * all.length)];

/** The command; what it says, or undefined when it was killed or refused. */
const fleet = (...args) => fleetIn(work, ...args);
const fleetIn = (cwd, ...args) =>
  new Promise((done) =>
    execFile(process.execPath, [fleetJs, ...args], { cwd, env, maxBuffer: 1 << 28 }, (error, out) =>
      done(error === null ? out : undefined),
    ),
  );
async function surely(...args) {
  for (let n = 0; n < 20; n++) {
    const said = await fleet(...args);
    if (said !== undefined) return said;
    await sleep(200);
  }
  throw new Error(`fleet ${args.join(" ")} failed twenty times`);
}

const read = (path) => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // Gone meanwhile.
  }
};

/** Everything that runs for this home, and what it is. */
function processes() {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    const isOurs =
      read(`/proc/${pid}/environ`).split("\0").includes(`FLEET_HOME=${home}`) ||
      command.includes(home) ||
      command.includes(long);
    if (!isOurs || /\) [ZX] /.test(read(`/proc/${pid}/stat`))) return [];
    return [{ pid, command, is: kindOf(command, pid) }];
  });
}

function kindOf(command, pid) {
  if (/fleet\.js run (foreground|start)|^fleet supervisor/.test(command)) return "supervisor";
  if (/^\S*git\b/.test(command)) return "git";
  if (/fleet\.js bd /.test(command)) return "bd";
  if (command.includes("ATTEMPT_SCRIPT")) return "wrapper";
  return read(`/proc/${pid}/stat`).split(" ")[5] === String(pid) ? "tool" : "agent";
}

const blows = {};
const count = (what) => (blows[what] = (blows[what] ?? 0) + 1);
const WEIGHTS = { agent: 30, tool: 12, wrapper: 16, supervisor: 10, git: 14, bd: 18 };
const thaws = [];

/** A git lives for milliseconds: it is waited for a moment. */
const LOOKS = { git: 12, bd: 4 };

function blow() {
  let left = draw() * Object.values(WEIGHTS).reduce((a, b) => a + b);
  const wanted = Object.keys(WEIGHTS).find((kind) => (left -= WEIGHTS[kind]) < 0);
  let victims = [];
  for (let looks = LOOKS[wanted] ?? 1; looks > 0 && victims.length === 0; looks--)
    victims = processes().filter(({ is }) => is === wanted);
  if (victims.length === 0) return;
  const { pid } = pick(victims);
  try {
    if (draw() < 0.12) {
      process.kill(pid, "SIGSTOP");
      thaws.push({ pid, at: performance.now() + draw() * 3_000 });
      count(`${wanted} stopped`);
    } else {
      process.kill(pid, "SIGKILL");
      count(`${wanted} killed`);
    }
  } catch {
    // It was gone before the blow.
  }
}

function thaw(now = performance.now()) {
  for (const one of thaws.splice(0)) {
    if (one.at > now) thaws.push(one);
    else
      try {
        process.kill(one.pid, "SIGCONT");
      } catch {
        // Killed meanwhile.
      }
  }
}

let made = 0;
const names = new Map();
/** Eight projects, so that some share a directory and some do not. */
const project = (n) => join(root, `project-${n % 8}`);
async function create() {
  const name = `child-${++made}`;
  const { kind, script } = child(draw, work, name, long, children > 24 ? 2 : 0);
  const args = ["bd", "create", name, "-d", script, "-p", String(made % 4), "-l", kind, "--silent"];
  const id = (await fleetIn(project(made), ...args))?.trim();
  if (id !== undefined) names.set(id, name);
}

mkdirSync(work);
for (let n = 0; n < 8; n++) mkdirSync(project(n));
await surely("init");
writeFileSync(
  join(home, "config.yaml"),
  [
    `max_concurrent: ${children}`,
    "poll_interval: 100ms",
    "max_attempts: 5",
    "retry_backoff: 300ms",
    "retry_backoff_max: 1s",
    "kill_grace: 500ms",
    "shutdown_grace: 1s",
    `task_timeout: ${children > 24 ? 25 : 12}s`,
    "",
  ].join("\n"),
);
console.log(`chaos: seed ${seed}, ${children} children, ${seconds} s of blows, then calm; ${root}`);
for (let n = 0; n < children; n++) await create();
await surely("run", "start");

const over = new AbortController();
const until = performance.now() + seconds * 1000;
/** Somebody starts the supervisor again, as a service manager does. */
const starter = (async () => {
  while (!over.signal.aborted) {
    await fleet("run", "start");
    await sleep(300 + 1_000 * draw());
  }
})();
/** People and scripts go on using the queue meanwhile. */
const user = (async () => {
  while (!over.signal.aborted) {
    const id = pick([...names.keys()]);
    const what = draw();
    if (what < 0.4 && made < children * (2 + seconds / 20)) await create();
    else if (what < 0.7) await fleet("bd", "comment", id, "how is it going?");
    else await fleet("bd", "list", "--json");
    await sleep(200 * draw());
  }
})();
let most = 0;
while (performance.now() < until) {
  blow();
  thaw();
  most = Math.max(most, processes().filter(({ is }) => is === "wrapper").length);
  await sleep(every * (0.5 + draw()));
}
over.abort();
thaw(Infinity);
await Promise.all([starter, user]);
thaw(Infinity);

await surely("run", "start");
const list = async () => JSON.parse(await surely("bd", "list", "--all", "--limit", "0", "--json"));
const isFinal = ({ status, metadata }) =>
  metadata?.fleet?.attempt === undefined && ["closed", "blocked"].includes(status);
const calm = performance.now() + CALM_MS;
let issues = await list();
while (!issues.every(isFinal) && performance.now() < calm) {
  await sleep(500);
  issues = await list();
}
await surely("run", "stop");
const broken = verify({ home, work, issues, env, names: new Map(issues.map(({ id, title }) => [id, title])) });
await sleep(300);
for (const { pid, command } of processes()) {
  broken.push(`left over: ${pid} ${command.slice(0, 200)}`);
  process.kill(pid, "SIGKILL");
}

const tally = (all) =>
  Object.entries(all.reduce((sums, one) => ({ ...sums, [one]: (sums[one] ?? 0) + 1 }), {}))
    .map(([one, n]) => `${n} ${one}`)
    .join(", ");
const events = history(home, env);
console.log(
  `  ${Object.entries(blows)
    .map(([what, n]) => `${n} ${what}`)
    .join(", ")}`,
);
console.log(
  `  ${issues.length} tasks: ${tally(issues.map(({ status }) => status))}; at most ${most} wrappers at once; ${events.length} commits`,
);
console.log(
  `  ${events.filter(({ event }) => event === "claim").length} attempts: ${tally(events.flatMap(({ outcome }) => (outcome ? [outcome] : [])))}`,
);
for (const one of broken.slice(0, 20)) console.log(`  BROKEN: ${one}`);
console.log(
  broken.length === 0
    ? "  every task ended once, tries as counted, nothing left over, the repository sound"
    : `  ${broken.length} promises broken with --seed ${seed}; kept: ${root}`,
);
if (broken.length > 0) process.exitCode = 1;
else if (!values.keep) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
