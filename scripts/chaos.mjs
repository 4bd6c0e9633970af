#!/usr/bin/env node
/**
 * The chaos run: real children, and everything killed at random (agents, their tools, wrappers, the supervisor, git, `fleet
 * bd`), then calm. Afterwards every promise is checked from what is on disk.
 *
 *   npm run chaos -- --seconds 120 --children 50 --seed 7
 *
 * Exit 1 when something is broken; the home is kept then. Needs /proc and flock (Linux).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { child } from "./chaos/children.mjs";
import { drawing, hasProc, isFinal, openLab } from "./chaos/lab.mjs";
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

if (!hasProc) {
  console.log("chaos: skipped, it finds its victims in /proc, which this system does not have");
  process.exit(0);
}

const tuning = JSON.stringify({ finishGrace: 1_000, launchGrace: 5_000 });
const lab = openLab("chaos", { FLEET_TUNING: tuning });
const { root, home, work, env, long, fleet, fleetIn, surely, processes } = lab;
const draw = drawing(seed);
const pick = (all) => all[Math.floor(draw() * all.length)];

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

for (let n = 0; n < 8; n++) mkdirSync(project(n));
await surely("init");
writeFileSync(
  join(home, "config.yaml"),
  [
    "default_coder: shell",
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
const calm = performance.now() + CALM_MS;
let issues = await lab.issues();
while (!issues.every(isFinal) && performance.now() < calm) {
  await sleep(500);
  issues = await lab.issues();
}
await surely("run", "stop");
const broken = verify({ home, work, issues, env, names: new Map(issues.map(({ id, title }) => [id, title])) });
broken.push(...(await lab.leftOver()));

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
else if (!values.keep) lab.remove();
