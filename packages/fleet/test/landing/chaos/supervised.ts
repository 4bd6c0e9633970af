/** The second half of the chaos run: `land: auto`, and what is killed is the supervisor, with what it has begun or alone. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { FLEET, type Field } from "./field.ts";

/** Milliseconds: a supervisor needs the first of these to begin with a landing, and then blows fall within the other. */
const [FIRST, LONGEST] = [1_000, 4_000];
/** Milliseconds, for all tasks to have landed or to wait for a person. */
const PATIENCE = 240_000;
const POLL = 200;

/** Closed, or a person's to look at. */
export const isSettled = (field: Field): boolean =>
  field.issues().every(({ status }) => status === "closed" || status === "blocked");

export function landByItself(field: Field): void {
  const settings = { land: "auto", max_conflict_rounds: "1", max_attempts: "1", poll_interval: "100ms" };
  field.fleet("config", "set", ...Object.entries(settings).map(([name, value]) => `${name}=${value}`));
}

function supervisor(field: Field) {
  const log = openSync(join(field.options.dir, "supervisors.log"), "a");
  return spawn(process.execPath, [FLEET, "run", "foreground"], {
    stdio: ["ignore", log, log],
    env: field.env,
    cwd: field.repo,
    detached: true,
  });
}

/** One supervisor that is killed; it ends by itself only where something is broken. */
export async function killedSupervisor(field: Field, chance: () => number): Promise<"killed" | "ended"> {
  const child = supervisor(field);
  const ended = new Promise<string | null>((resolve) => {
    child.once("exit", (_, signal) => resolve(signal));
  });
  const isAlone = chance() < 0.5;
  const timer = setTimeout(
    () => {
      if (child.pid !== undefined) process.kill(isAlone ? child.pid : -child.pid, "SIGKILL");
    },
    FIRST + chance() * LONGEST,
  );
  const signal = await ended;
  clearTimeout(timer);
  return signal === null ? "ended" : "killed";
}

/** One that nobody kills, until there is nothing more to do. The answer is what keeps it from that. */
export async function settle(field: Field): Promise<string[]> {
  const child = supervisor(field);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const until = Date.now() + PATIENCE;
  while (!isSettled(field) && child.exitCode === null && Date.now() < until) await sleep(POLL);
  const broken = isSettled(field) ? [] : [`not all is settled:\n${field.fleet("bd", "list", "--all")}`];
  child.kill("SIGTERM");
  await ended;
  return broken;
}
