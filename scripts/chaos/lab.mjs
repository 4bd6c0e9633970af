/** A home that is thrown away, with what runs for it: the ground of the chaos run and of the upgrade. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const FLEET =
  process.env.FLEET_UNDER_TEST ?? fileURLToPath(new URL("../../packages/fleet/dist/fleet.js", import.meta.url));

/** Processes are found by /proc. */
export const hasProc = process.platform === "linux" && existsSync("/proc/self/environ");

/** mulberry32, as in the simulation: which blow falls when is the seed's; where it falls is the machine's. */
export function drawing(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const readOr = (path, otherwise = "") => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return otherwise; // Gone meanwhile, or another user's.
  }
};

function kindOf(command, pid) {
  if (/fleet\.js run (foreground|start)|^fleet supervisor/.test(command)) return "supervisor";
  if (/^\S*git\b/.test(command)) return "git";
  if (/fleet\.js bd /.test(command)) return "bd";
  if (command.includes("ATTEMPT_SCRIPT")) return "wrapper";
  return readOr(`/proc/${pid}/stat`).split(" ")[5] === String(pid) ? "tool" : "agent";
}

/** Of a command: one that hangs is killed. */
const BOUNDS = { maxBuffer: 1 << 28, timeout: 60_000, killSignal: "SIGKILL" };

/** `name`: what it is for. `more`: variables of all that runs in it. */
export function openLab(name, more = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `fleet-${name}-`)));
  const home = join(root, "home");
  const work = join(root, "work");
  mkdirSync(work);
  const env = { ...process.env, FLEET_HOME: home, NO_COLOR: "1", ...more };
  for (const key of Object.keys(env))
    if (/^(GIT_|BEADS_|BD_|FLEET_(ATTEMPT|TASK|SUBREAPER))/.test(key)) delete env[key];
  Object.assign(env, { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: `${name}@example.org` });
  /** A number that only this lab's sleeps carry, so that none is overlooked at the end. */
  const long = `3600.${process.pid}`;

  /** A command in a directory; what it says, or undefined when it was killed or refused. */
  const fleetIn = (cwd, ...args) =>
    new Promise((done) =>
      execFile(lab.node, [lab.program, ...args], { cwd, env, ...BOUNDS }, (error, out, err) => {
        lab.refusal = error === null ? "" : `${out}${err}`;
        done(error === null ? out : undefined);
      }),
    );
  const fleet = (...args) => fleetIn(work, ...args);
  async function surely(...args) {
    for (let n = 0; n < 20; n++) {
      const said = await fleet(...args);
      if (said !== undefined) return said;
      await sleep(200);
    }
    throw new Error(`fleet ${args.join(" ")} failed twenty times: ${lab.refusal.trim()}`);
  }

  /** Everything that runs for this home, and what it is. */
  function processes() {
    return readdirSync("/proc").flatMap((entry) => {
      const pid = Number(entry);
      if (!Number.isInteger(pid) || pid === process.pid) return [];
      const command = readOr(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
      const isOurs =
        readOr(`/proc/${pid}/environ`).split("\0").includes(`FLEET_HOME=${home}`) ||
        command.includes(home) ||
        command.includes(long);
      if (!isOurs || /\) [ZX] /.test(readOr(`/proc/${pid}/stat`))) return [];
      return [{ pid, command, is: kindOf(command, pid) }];
    });
  }

  /** The pid of the supervisor that was recorded last. */
  function supervisor() {
    const dir = join(home, ".git", "fleet");
    const names = (existsSync(dir) ? readdirSync(dir) : []).filter((one) => /^supervisor\.\d+$/.test(one));
    const newest = names.sort((a, b) => Number(b.slice(11)) - Number(a.slice(11)))[0];
    const record = newest === undefined ? "" : readOr(join(dir, newest));
    return record === "" ? undefined : JSON.parse(record).pid;
  }

  /** What is left over is ended, and named. */
  async function leftOver() {
    await sleep(300);
    return processes().map(({ pid, command }) => {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Ended by the end of another one.
      }
      return `left over: ${pid} ${command.slice(0, 200)}`;
    });
  }

  const remove = () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  const lab = {
    root,
    home,
    work,
    env,
    long,
    /** The build whose command is called, and the Node that runs it. */
    program: FLEET,
    node: process.execPath,
    /** What the last command that failed said. */
    refusal: "",
    fleet,
    fleetIn,
    surely,
    processes,
    supervisor,
    leftOver,
    remove,
    issues: async () => JSON.parse(await surely("bd", "list", "--all", "--limit", "0", "--json")),
  };
  return lab;
}

/** Waits until something holds; says what did not when it lasts too long. */
export async function until(what, holds, millis = 60_000) {
  const deadline = performance.now() + millis;
  for (;;) {
    const found = await holds();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${millis / 1_000} s: ${what}`);
    await sleep(100);
  }
}

/** It is over: no attempt holds it, and nobody but a person would continue with it. */
export const isFinal = ({ status, metadata }) =>
  metadata?.fleet?.attempt === undefined && ["closed", "blocked"].includes(status);
