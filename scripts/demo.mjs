#!/usr/bin/env node
/**
 * The main job, as a user would run it, on the embedded `shell` coder: a sample project, eight tasks with priorities and
 * edges, three at a time. Everything is under .demo/ in this clone and stays there to be looked at; no process stays.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const demo = join(root, ".demo");
const spec = JSON.parse(readFileSync(join(root, "fixtures", "demo", "spec.json"), "utf8"));
const project = join(demo, spec.project);
const home = join(demo, "home");
const fleetJs = join(root, "packages", "fleet", "dist", "fleet.js");
const terminal = process.stdout.isTTY;
const PATIENCE_MS = 60_000;

const env = { ...process.env, FLEET_HOME: home };
for (const name of Object.keys(env)) if (/^(GIT_|BEADS_|BD_|FLEET_(ATTEMPT|TASK))/.test(name)) delete env[name];
Object.assign(env, {
  GIT_AUTHOR_NAME: "demo",
  GIT_AUTHOR_EMAIL: "demo@example.com",
  GIT_COMMITTER_NAME: "demo",
  GIT_COMMITTER_EMAIL: "demo@example.com",
});

const fleet = (...args) => execFileSync(process.execPath, [fleetJs, ...args], { cwd: project, env, encoding: "utf8" });
const say = (text = "") => console.log(text);
const shown = (path) => relative(process.cwd(), path) || ".";

// A demo that was cut short may have left its supervisor: it is stopped before its home is removed under it.
const stopQuietly = () => spawnSync(process.execPath, [fleetJs, "run", "stop"], { env, cwd: root, stdio: "ignore" });
stopQuietly();
rmSync(demo, { recursive: true, force: true });
mkdirSync(project, { recursive: true });
execFileSync("git", ["init", "-q"], { cwd: project, env });
for (const [key, value] of [
  ["user.name", "demo"],
  ["user.email", "demo@example.com"],
  ["commit.gpgsign", "false"],
  ["core.hooksPath", ".git/hooks"],
])
  execFileSync("git", ["config", key, value], { cwd: project, env });

let follower;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    follower?.kill();
    stopQuietly();
    say("\nInterrupted; the supervisor and what it ran are stopped.");
    process.exit(130);
  });
}

say(`A throw-away home, ${shown(home)}, and a sample project, ${shown(project)}:\n`);
fleet("init");
fleet("config", "set", "default_coder=shell", "max_concurrent=3", "retry_backoff=1s", "poll_interval=200ms");
const ids = {};
for (const task of spec.tasks) {
  const needs = (task.needs ?? []).map((key) => ids[key]);
  const deps = needs.length === 0 ? [] : ["--deps", needs.join(",")];
  ids[task.key] = fleet(
    "bd",
    "create",
    task.title,
    "-p",
    String(task.priority),
    "-d",
    task.script,
    ...deps,
    "--silent",
  ).trim();
  const after = needs.length === 0 ? "" : `  after ${needs.join(", ")}`;
  say(`  ${ids[task.key]}  P${task.priority}  ${task.title}${after}`);
}

say("\n$ fleet run start");
process.stdout.write(fleet("run", "start"));
say();

// What happened goes past as lines; on a terminal what runs now stands below them.
let below = 0;
let table = [];
const wipe = () => {
  if (below > 0) process.stdout.write(`\x1b[${below}A\x1b[J`);
  below = 0;
};
const draw = () => {
  if (table.length === 0) return;
  process.stdout.write(`${table.join("\n")}\n`);
  below = table.length;
};
follower = spawn(process.execPath, [fleetJs, "log", "-f"], { cwd: project, env, stdio: ["ignore", "pipe", "inherit"] });
follower.stdout.setEncoding("utf8").on("data", (text) => {
  wipe();
  process.stdout.write(text);
  draw();
});

const rows = () => JSON.parse(fleet("tasks", "--all", "--json")).tasks;
const started = performance.now();
let all = rows();
while (all.some((row) => ["running", "ready", "waiting", "blocked"].includes(row.state))) {
  if (performance.now() - started > PATIENCE_MS) break;
  if (terminal) {
    const width = (process.stdout.columns ?? 100) - 1;
    const lines = fleet("tasks").trimEnd().split("\n");
    wipe();
    table = ["", ...lines.map((line) => line.slice(0, width))];
    draw();
  }
  await sleep(400);
  all = rows();
}
wipe();
table = [];
await sleep(300);
follower.kill();
fleet("run", "stop");

const closed = all.filter((row) => row.state === "closed");
const waiting = all.filter((row) => row.state === "needs-you");
say(`\n$ fleet tasks --all`);
process.stdout.write(fleet("tasks", "--all"));
say(`\n$ git -C ${shown(home)} log --oneline`);
process.stdout.write(execFileSync("git", ["-C", home, "log", "--oneline"], { env, encoding: "utf8" }));
say(
  `\n${closed.length} of ${all.length} tasks closed with evidence, ${waiting.length} waiting for a person, in ${Math.round((performance.now() - started) / 1000)} s.`,
);
for (const row of waiting) say(`  ${row.id} ${row.title}: ${row.reason}`);
say(
  `\nLook around:\n  export FLEET_HOME="$PWD/${shown(home)}"\n  git -C "$FLEET_HOME" log -p -- issues\n  node ${shown(fleetJs)} task ${ids.names}`,
);
const asExpected = closed.length === spec.tasks.length - 1 && waiting.length === 1 && waiting[0].id === ids.publish;
if (!asExpected) {
  console.error("\nThat is not how the demo should end.");
  process.exit(1);
}
