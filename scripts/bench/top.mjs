/** `fleet top`: how soon it is there beside `fleet tasks`, and what it costs while 50 agents work, in a small queue and in a large one. */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { cpuSideBySide } from "./measure.mjs";
import { kept, ms, table, times, title } from "./report.mjs";
import { bd, fleet, home, said } from "./world.mjs";

const AGENTS = 50;
/** Of each agent a second. */
const EVENTS = 10;
/** As long as the longest pause between two looks at the whole queue: one of them is in it, not by luck. */
const SECONDS = 30;
const START = 1.5;
const CORE = 3;
const QUEUES = [100, 3_000];

/** A terminal of this size, by util-linux' script: `fleet top` is the process below it. */
function seat(dir) {
  const { file, args, cwd, env } = fleet(dir, "top");
  const line = `stty cols 160 rows 48; exec ${[file, ...args].map((word) => `'${word}'`).join(" ")}`;
  return spawn("script", ["-qec", line, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm-256color", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "ignore"],
  });
}

/** CPU seconds of a process. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The process below `script`. */
const below = (pid) => {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return child === undefined || child === "" ? undefined : Number(child);
};

async function until(what, value, patience = 120_000) {
  const deadline = performance.now() + patience;
  for (;;) {
    const now = value();
    if (now !== undefined && now !== false) return now;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}

function isDone(command) {
  try {
    said(command);
    return true;
  } catch {
    return false;
  }
}

/** Every attempt's own log of events gets more of them, as its supervisor would write them. */
async function busy(dir, millis) {
  const logs = readdirSync(join(dir, "tasks"))
    .map((id) => join(dir, "tasks", id, "attempts", "1", "events.jsonl"))
    .filter((path) => existsSync(path));
  if (logs.length < AGENTS) throw new Error(`only ${logs.length} agents have said something`);
  const until = performance.now() + millis;
  for (let n = 0; performance.now() < until; n++) {
    const at = new Date().toISOString();
    const event = { kind: "tool-finished", id: String(n), tool: "Bash", ok: true, summary: `npm test ${n}` };
    for (const path of logs) appendFileSync(path, `${JSON.stringify({ at, off: n, ...event })}\n`);
    await sleep(1_000 / EVENTS);
  }
}

async function whileBusy(count) {
  const { dir } = home(`top-${count}`, count, count);
  said(
    fleet(dir, "config", "set", `max_concurrent=${AGENTS}`, "max_per_cwd=1000", "shutdown_grace=0s", "kill_grace=1s"),
  );
  for (let i = 0; i < AGENTS; i++)
    said(bd(dir, "create", `works ${i}`, "-d", "echo begun; exec sleep 600", "--coder", "shell", "-p", "0"));
  said(fleet(dir, "run", "start"));
  const top = seat(dir);
  let drawn = "";
  top.stdout.on("data", (text) => (drawn = (drawn + text.toString()).slice(-100_000)));
  try {
    const tasks = () => JSON.parse(said(fleet(dir, "tasks", "--json"))).tasks;
    await until("all to run", () => tasks().filter(({ last_action: action }) => action !== null).length >= AGENTS);
    const pid = await until("fleet top", () => below(top.pid));
    await until("its screen", () => drawn.includes("NEEDS YOU"));
    const before = cpuOf(pid);
    const begun = performance.now();
    await busy(dir, SECONDS * 1_000);
    const percent = ((cpuOf(pid) - before) / ((performance.now() - begun) / 1_000)) * 100;
    return [String(count), `${percent.toFixed(1)} %`, kept(percent <= CORE)];
  } finally {
    top.kill();
    // Fifty agents may take longer to end than one command waits.
    await until("their end", () => isDone(fleet(dir, "run", "stop")));
  }
}

export async function top(runs) {
  const starts = QUEUES.map((count) => {
    const { dir } = home(`start-${count}`, count, count);
    const measured = cpuSideBySide({ tasks: () => fleet(dir, "tasks"), top: () => fleet(dir, "top", "--once") }, runs);
    const [tasks, once] = [measured?.get("tasks"), measured?.get("top")];
    return [String(count), ms(tasks), ms(once), times(once, tasks), kept(once / tasks <= START)];
  });
  title(`\`fleet top\` beside \`fleet tasks\`: CPU of whole processes (target ${START} ×)`);
  table(["open tasks", "tasks", "top --once", "ratio", "kept"], starts);
  title(
    `\`fleet top\`, ${AGENTS} agents with ${EVENTS} events a second each, over ${SECONDS} s (target ${CORE} % of a core)`,
  );
  const rows = [];
  for (const count of QUEUES) rows.push(await whileBusy(count));
  table(["open tasks", "of a core", "kept"], rows);
}
