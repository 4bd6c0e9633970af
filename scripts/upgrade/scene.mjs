/** A home with twelve attempts of the build before, taken over by this one. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { head } from "../chaos/children.mjs";
import { FLEET, isFinal, openLab, readOr, until } from "../chaos/lab.mjs";
import { outcomesOf, verify } from "../chaos/verify.mjs";
import { RUNNING, WAITING } from "./tasks.mjs";

const SETTINGS = ["max_concurrent: 13", "poll_interval: 100ms", "max_attempts: 3", "retry_backoff: 100ms"];
const MORE = ["retry_backoff_max: 200ms", "kill_grace: 500ms", "shutdown_grace: 1s", ""];

/** How the new supervisor comes to follow the old one. `hit`: what befalls attempts meanwhile. */
const WAYS = {
  "the old supervisor is killed": async (lab, hit) => {
    const old = lab.supervisor();
    process.kill(old, "SIGKILL");
    await until(
      "the old supervisor's end",
      () => !existsSync(`/proc/${old}`) || / Z /.test(readOr(`/proc/${old}/stat`)),
    );
    await hit();
    lab.program = FLEET;
    await lab.surely("run", "start");
  },
  "the old supervisor is restarted": async (lab, hit) => {
    lab.program = FLEET;
    await Promise.all([lab.surely("run", "restart"), hit()]);
    // Once more, while it adopts.
    await lab.surely("run", "restart");
  },
};
export const ways = Object.keys(WAYS);

const wordOf = (lab, name, file) => Number(readOr(join(lab.work, `${name}.${file}`)));
const put = (lab, name) => writeFileSync(join(lab.work, name), "");
const hasBegun = (lab, name) => readOr(join(lab.work, `${name}.effects`)) !== "";

/** Puts the queue there by the old build, and has it run. */
async function begin(lab) {
  await lab.surely("init");
  writeFileSync(join(lab.home, "config.yaml"), [...SETTINGS, ...MORE].join("\n"));
  const ids = new Map();
  for (const { name, script, sets, after } of [...RUNNING, ...WAITING]) {
    const pids = `echo $$ >"$W/$N.pid"; echo $PPID >"$W/$N.wrapper"\n`;
    const text = `${head(lab.work, name, lab.long)}${pids}${script}\n`;
    const needs = after === undefined ? [] : ["--deps", ids.get(after)];
    const flags = ["--coder", "shell", "--silent", ...needs, ...(sets?.(lab.work) ?? [])];
    ids.set(name, (await lab.surely("bd", "create", name, "-d", text, ...flags)).trim());
  }
  await lab.surely("pause", "claude");
  await lab.surely("run", "start");
  await until("all run", () => [...RUNNING, { name: "was-stopped" }].every(({ name }) => hasBegun(lab, name)));
  await until("the check runs", () => existsSync(join(lab.work, "checks")));
  await lab.surely("kill", ids.get("was-stopped"));
  return ids;
}

/** What befalls attempts while nobody, or nobody for long, supervises them. */
function hit(lab) {
  put(lab, "meanwhile");
  const all = lab.processes();
  for (const pid of [wordOf(lab, "is-killed", "wrapper"), wordOf(lab, "is-killed", "pid")])
    process.kill(pid, "SIGKILL");
  process.kill(wordOf(lab, "loses-its-wrapper", "wrapper"), "SIGKILL");
  return until("what was to end has ended", () =>
    ["ends-meanwhile", "is-killed"].every(
      (name) => !all.some(({ pid }) => pid === wordOf(lab, name, "pid") && existsSync(`/proc/${pid}`)),
    ),
  );
}

const told = (value) => JSON.stringify(value);

/** Each check in words, with what speaks against it; undefined where nothing does. */
async function checks(lab, ids, before) {
  const issues = await lab.issues();
  const all = [...RUNNING, ...WAITING].map(({ name, ends }) => {
    const issue = issues.find(({ id }) => id === ids.get(name));
    const got = {
      status: issue?.status,
      outcomes: outcomesOf(lab.home, ids.get(name)),
      tries: issue?.metadata?.fleet?.tries ?? 0,
    };
    return [
      `${name}: ${ends.outcomes.join(", ") || "waits"}`,
      told(got) === told(ends) ? undefined : `${told(got)}, not ${told(ends)}`,
    ];
  });
  const runs = readFileSync(join(lab.work, "checks"), "utf8");
  all.push(["a check that runs is run once", runs === "run\n" ? undefined : told(runs)]);
  const paused = (await lab.surely("accounts")).split("\n").find((line) => line.includes("claude")) ?? "";
  all.push(["what a person has paused stays paused", /paused/.test(paused) ? undefined : paused]);
  const now = lab.supervisor();
  all.push(["another supervisor leads", now === before ? `pid ${now} still` : undefined]);
  await lab.surely("run", "stop");
  const over = issues.filter(isFinal);
  const broken = verify({ ...lab, issues: over, names: new Map(over.map(({ id, title }) => [id, title])) });
  all.push(["none is claimed, run, counted or settled twice", broken.length === 0 ? undefined : broken.join("\n")]);
  const left = await lab.leftOver();
  all.push(["no process is left", left.length === 0 ? undefined : left.join("\n")]);
  return all;
}

/** `way`: of `ways`. `old`: the command of the build before. */
export async function scene(way, old) {
  const lab = openLab("upgrade");
  lab.program = old;
  let isKept = true;
  try {
    const ids = await begin(lab);
    const before = lab.supervisor();
    await WAYS[way](lab, () => hit(lab));
    await until("the answer is taken", async () => await lab.fleet("answer", ids.get("asks"), "this one"));
    put(lab, "go");
    const waiting = new Set(WAITING.filter(({ ends }) => ends.status === "open").map(({ name }) => ids.get(name)));
    const isOver = (issue) => waiting.has(issue.id) || isFinal(issue);
    // What does not end is told by its own check.
    await until("all are over", async () => (await lab.issues()).every(isOver)).catch(() => undefined);
    const all = await checks(lab, ids, before);
    isKept = all.some(([, wrong]) => wrong !== undefined);
    return { all, kept: isKept ? lab.root : undefined };
  } finally {
    await lab.leftOver();
    if (!isKept) lab.remove();
  }
}
