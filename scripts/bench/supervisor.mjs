/** A supervisor with 100 children that do nothing, and with 100 that spend: what watching costs, and how soon something is seen. */
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { print, title } from "./report.mjs";
import { bd, fleet, home, said, scratch } from "./world.mjs";

const CHILDREN = 100;
const SECONDS = 20;
/** Longer than half of `workingWithin` (packages/fleet/src/settings/tuning.ts). */
const SILENT = 45_000;

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

const at = (name) => join(scratch, name);
async function until(what, isTrue, patience = 120_000) {
  const deadline = performance.now() + patience;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    await sleep(20);
  }
}
async function watching(pid, what) {
  const before = usage(pid);
  await sleep(SECONDS * 1_000);
  const after = usage(pid);
  if (before === undefined || after === undefined) return print("- CPU and memory: not measured, no /proc here.");
  const percent = ((after.cpu - before.cpu) / SECONDS) * 100;
  print(`- ${what}: ${percent.toFixed(1)} % of one core, ${after.mib.toFixed(0)} MiB.`);
}
/** When a child wrote this file, in milliseconds since 1970: its content, made by `date`. */
const noted = (name) => Number(readFileSync(at(name), "utf8")) / 1e6;

/** A script that waits for a file, cheaply, then does this and notes when. */
const waitsFor = (file, then) => `while [ ! -e ${at(file)} ]; do sleep 0.05; done; ${then}`;
const notes = (file) => `date +%s%N > ${at(`${file}.tmp`)}; mv ${at(`${file}.tmp`)} ${at(file)}`;

/** A coder that is its prompt, a script; it says what it spends. */
const SPENDER = `
coders:
  spender:
    argv: [sh, "{prompt_file}"]
    prompt: script
    events:
      - { when: { type: usage }, event: usage, fields: { input: input, output: output, costUsd: costUsd } }
`;
/** For so long they have spent before it is measured: what is written of it must not make watching dearer by and by. */
const SPENT_FOR = 180_000;

export async function spenders() {
  title(`The supervisor with ${CHILDREN} children that spend, over ${SECONDS} s`);
  const { dir } = home("spenders", 0, 0);
  said(fleet(dir, "config", "set", `max_concurrent=${CHILDREN}`, "shutdown_grace=0s", "kill_grace=1s"));
  appendFileSync(join(dir, "config.yaml"), SPENDER);
  // Totals, which grow.
  const line = `{\\"type\\":\\"usage\\",\\"input\\":$((900 * n)),\\"output\\":$((100 * n)),\\"costUsd\\":$n}`;
  const script = `n=0; while sleep 4; do n=$((n + 1)); echo "${line}"; done`;
  for (let i = 0; i < CHILDREN; i++) said(bd(dir, "create", `spends ${i}`, "-d", script, "--coder", "spender"));
  const { pid } = JSON.parse(said(fleet(dir, "run", "start", "--json")));
  try {
    const tasks = () => JSON.parse(said(fleet(dir, "tasks", "--json"))).tasks;
    await until("all to be started", () => tasks().filter((row) => row.elapsed_ms !== null).length >= CHILDREN);
    await watching(pid, "Watching them at first");
    await sleep(SPENT_FOR);
    await watching(pid, `Watching them after ${SPENT_FOR / 1000} s of it`);
    const day = new Date().toISOString().slice(0, 10);
    const kb = statSync(join(dir, "run", "spent", `${day}.jsonl`)).size / 1000;
    print(`- What they spent takes ${kb.toFixed(0)} kB on disk.`);
  } finally {
    said(fleet(dir, "run", "stop"));
  }
}

export async function supervisor() {
  title(`The supervisor with ${CHILDREN} idle children, over ${SECONDS} s`);
  const { dir } = home("supervisor", 0, 0);
  said(fleet(dir, "config", "set", `max_concurrent=${CHILDREN}`, "shutdown_grace=0s", "kill_grace=1s"));
  const task = (name, script, priority = "2") =>
    said(bd(dir, "create", name, "-d", script, "--coder", "shell", "-p", priority));
  // These two come first, so that they are among those that run.
  task("speaks", waitsFor("speak", `echo the-bench-says; ${notes("spoken")}; exec sleep 600`), "0");
  task("ends", waitsFor("end", notes("ended")), "0");
  for (let i = 2; i < CHILDREN; i++) task(`idle ${i}`, "exec sleep 600", "1");
  task("waits for a slot", `${notes("begun")}; exec sleep 600`, "4");
  const { pid } = JSON.parse(said(fleet(dir, "run", "start", "--json")));
  try {
    const tasks = () => JSON.parse(said(fleet(dir, "tasks", "--json"))).tasks;
    const started = performance.now();
    await until("all to be started", () => tasks().filter((row) => row.elapsed_ms !== null).length >= CHILDREN);
    print(`- ${CHILDREN} children were started in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    await sleep(3_000);
    await watching(pid, "Watching them");
    // From then on their files and processes are looked at, too (docs/liveness.md).
    await sleep(SILENT - (performance.now() - started));
    await watching(pid, "Watching them when they have long been silent");
    writeFileSync(at("speak"), "");
    await until("an event in fleet tasks", () => said(fleet(dir, "tasks", "--json")).includes("the-bench-says"));
    const seen = Date.now() - noted("spoken");
    print(`- From a line of a child to \`fleet tasks\`: ${seen.toFixed(0)} ms, one run of the command in it.`);
    writeFileSync(at("end"), "");
    await until("the freed slot to be filled", () => existsSync(at("begun")));
    print(`- From the end of a child to the start of the next: ${(noted("begun") - noted("ended")).toFixed(0)} ms.`);
  } finally {
    said(fleet(dir, "run", "stop"));
  }
}
