/**
 * Writers that are killed and stopped at random moments, and what must be true of the home after it: no acknowledged
 * write is lost, none is done twice, no claim has two winners, every commit is one whole mutation, git's strictest check
 * is clean, and nobody waits long for what the dead left.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { bundle } from "../../../../scripts/bundle.mjs";
import { errno } from "@fleet/kit/errors";
import { gitEnvironment } from "@fleet/kit/git/environment";
import { createHome } from "../../src/create-home.ts";
import { lockPath } from "../../src/git/break-lock.ts";
import { notesDir, readNotes } from "../../src/git/notes.ts";
import { readTip } from "../../src/git/tip.ts";
import { comment } from "../../src/ops/comment.ts";
import { create } from "../../src/ops/create.ts";
import { Store } from "../../src/store.ts";
import { random } from "./random.ts";

export interface ChaosOptions {
  /** An empty directory; the home and the records are made in it. */
  readonly dir: string;
  readonly seconds: number;
  readonly writers: number;
  readonly seed: number;
  /** Goes on past `seconds` (up to four times that) until so many of the dead left their lock: a busy machine gives fewer chances. */
  readonly locksLeft?: number;
  /** Milliseconds between two blows; 0 for none. */
  readonly every: number;
  /** Processes stop themselves between reading and writing, and are stopped from outside. */
  readonly stops: boolean;
  /** Git commands that a person runs in the home meanwhile, again and again. */
  readonly meanwhile?: readonly (readonly string[])[];
}

export interface ChaosReport {
  readonly acknowledged: Readonly<Record<string, number>>;
  readonly commits: number;
  readonly blows: Readonly<Record<string, number>>;
  /** Longest operation of a writer that was never stopped, in milliseconds. */
  readonly longestMs: number;
  /** The first write after the last blow, in milliseconds. */
  readonly recoveryMs: number;
  /** What must not be; empty when all is well. */
  readonly broken: readonly string[];
}

interface Entry {
  readonly op: string;
  readonly key: string;
  readonly by: string;
  readonly ms: number;
}

const WORKER = join(import.meta.dirname, "worker.ts");

/**
 * Lies in wait for a writer that has noted what it will do, or (`isLocked`) whose lock is there: moments of some 500 and
 * 50 microseconds. Its pid; undefined when it did not come to that.
 */
async function ambush(gitDir: string, living: ReadonlySet<number>, isLocked: boolean): Promise<number | undefined> {
  const notes = notesDir(gitDir);
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  for (let tries = 0; tries < 2_000; tries++) {
    const noted = (existsSync(notes) ? readdirSync(notes) : []).map((name) => ({
      name,
      pid: Number(name.split("-")[1]),
    }));
    const writer = noted.find(({ pid }) => living.has(pid));
    const awaited = isLocked || writer === undefined ? lockPath(gitDir) : join(notes, writer.name);
    let looks = writer === undefined ? 0 : 300;
    while (looks-- > 0) if (sizeOf(awaited) > 0) return writer?.pid;
    if (tries % 20 === 19) await sleep(1);
  }
  return undefined;
}

/**
 * Between a writer's note and the end of its write are microseconds, which a kill hits once in five. Where it died before it made its
 * lock, the lock is made as it would have been by the next call: the same is left behind.
 */
async function diedWithLock(gitDir: string, pid: number): Promise<void> {
  for (let looks = 0; looks < 100 && !["", "Z", "X"].includes(stateOf(pid)); looks++) await sleep(1);
  const note = readNotes(gitDir).find(({ writer }) => writer.pid === pid);
  if (note === undefined || note.commit === readTip(gitDir)) return;
  try {
    if (readFileSync(note.path, "utf8") !== "") linkSync(note.path, lockPath(gitDir));
  } catch (error) {
    // It has made it, or another writer has.
    if (errno(error) !== "EEXIST" && errno(error) !== "ENOENT") throw error;
  }
}

function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .slice(0, 1);
  } catch {
    return "";
  }
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { dir, seconds, writers, seed, every, stops } = options;
  const home = join(dir, "home");
  const records = join(dir, "records");
  mkdirSync(records);
  const worker = join(dir, "worker.mjs");
  await bundle(WORKER, worker);
  const author = { name: "chaos", email: "c@c" };
  await createHome(home, { prefix: "ch", author, seconds: Math.floor(Date.now() / 1000) });
  const start = performance.now();
  const stopFile = join(dir, "stop");
  /** Each operation was acknowledged at least once; a busy machine takes a while to come to that. */
  const isMixed = (): boolean => {
    const seen = new Set(readRecords(records).map(({ op }) => op));
    return ["create", "claim", "close", "comment"].every((op) => seen.has(op));
  };
  const enough = (): boolean =>
    performance.now() > start + seconds * 1000 && (blows["lock left"] ?? 0) >= (options.locksLeft ?? 0) && isMixed();
  const goesOn = (): boolean => performance.now() < start + seconds * 6000 && !enough();
  const rng = random(seed);
  const blows: Record<string, number> = {};
  const count = (what: string): void => {
    blows[what] = (blows[what] ?? 0) + 1;
  };
  const stopped = new Set<string>();
  const pids = (): ReadonlySet<number> => new Set([...living.values()].flatMap(({ pid }) => pid ?? []));
  const living = new Map<string, ChildProcess>();
  let born = 0;
  const spawnOne = (): void => {
    const name = `w${born++}`;
    const args = [worker, home, name, String(seed * 1000 + born), join(records, name), stopFile, stops ? "stops" : ""];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    living.set(name, child);
    child.on("exit", () => {
      living.delete(name);
      if (goesOn()) spawnOne();
    });
  };
  for (let n = 0; n < writers; n++) spawnOne();
  const person = (async (): Promise<void> => {
    while (options.meanwhile !== undefined && goesOn()) {
      for (const args of options.meanwhile) {
        await new Promise((done) => {
          spawn("git", args, { cwd: home, stdio: "ignore", env: gitEnvironment("home", process.env) }).on(
            "close",
            done,
          );
        });
      }
      await sleep(50);
    }
  })();
  const wake = async (pid: number, after: number): Promise<void> => {
    await sleep(after);
    signal(pid, "SIGCONT");
  };
  const waking: Promise<void>[] = [];
  while (goesOn()) {
    await sleep(every === 0 ? 100 : every * (0.5 + rng()));
    for (const [name, child] of living) {
      if (child.pid === undefined || stopped.has(name) || stateOf(child.pid) !== "T") continue;
      // It stopped itself between reading and writing: longer than the lock's patience and its age of takeover.
      count("stopped before writing");
      stopped.add(name);
      waking.push(wake(child.pid, 2_500));
    }
    if (every === 0) continue;
    const names = [...living.keys()];
    const name = names[Math.floor(rng() * names.length)] ?? "";
    const [roll, gitDir] = [rng(), join(home, ".git")];
    const blow =
      roll < 0.15 ? "kill" : roll < 0.75 ? "kill while it writes" : roll < 0.9 ? "stop" : "stop while it writes";
    if (blow.startsWith("stop") && !stops) continue;
    const pid = blow.endsWith("writes") ? await ambush(gitDir, pids(), rng() < 0.3) : living.get(name)?.pid;
    if (pid === undefined || !signal(pid, blow.startsWith("kill") ? "SIGKILL" : "SIGSTOP")) continue;
    count(blow);
    if (blow === "kill while it writes") await diedWithLock(gitDir, pid);
    const left = existsSync(lockPath(gitDir)) && readNotes(gitDir).some((note) => note.writer.pid === pid);
    if (left) count(blow.startsWith("kill") ? "lock left" : "stopped with the lock");
    if (blow.startsWith("stop")) {
      for (const [who, child] of living) if (child.pid === pid) stopped.add(who);
      waking.push(wake(pid, left ? 600 : 1_000 + rng() * 2_000));
    }
  }
  writeFileSync(stopFile, "");
  await Promise.all([...waking, person]);
  const patience = performance.now() + 15_000;
  while (living.size > 0 && performance.now() < patience) {
    for (const child of living.values())
      if (child.pid !== undefined && stateOf(child.pid) === "T") signal(child.pid, "SIGCONT");
    await sleep(20);
  }
  for (const child of living.values()) child.kill("SIGKILL");
  const after = performance.now();
  const store = new Store(home);
  const act = { actor: "after", now: Date.now(), uuid: (): string => "after" };
  const { issue } = await store.transact(act, (s) => create(s, act, { title: "after", type: "task", priority: 2 }));
  await store.transact(act, (s) => comment(s, act, { id: issue.id, text: "after" }));
  const recoveryMs = Math.round(performance.now() - after);
  const entries = readRecords(records);
  const { broken, commits } = judge(home, entries);
  const acknowledged: Record<string, number> = {};
  for (const entry of entries) acknowledged[entry.op] = (acknowledged[entry.op] ?? 0) + 1;
  const longestMs = Math.max(0, ...entries.filter((entry) => !stopped.has(entry.by)).map((entry) => entry.ms));
  return { acknowledged, commits, blows, longestMs, recoveryMs, broken };
}

function readRecords(records: string): Entry[] {
  return readdirSync(records).flatMap((name) =>
    readFileSync(join(records, name), "utf8")
      .split("\n")
      .flatMap((line): Entry[] => {
        try {
          const { op, key, by, ms }: Partial<Record<string, unknown>> = JSON.parse(line);
          return [{ op: String(op), key: String(key), by: String(by), ms: Number(ms) }];
        } catch {
          // Cut short by a kill: it was not acknowledged to anybody.
          return [];
        }
      }),
  );
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** What is wrong with the home, given what was acknowledged. */
function judge(home: string, entries: readonly Entry[]): { readonly broken: string[]; readonly commits: number } {
  const broken: string[] = [];
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: home,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      env: gitEnvironment("home", process.env),
    });
  rmSync(join(home, "run"), { recursive: true, force: true });
  const snapshot = new Store(home).snapshot();
  const issues = snapshot.all();
  const byTitle = counted(issues.map((issue) => issue.title));
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const comments = counted(issues.flatMap((issue) => (issue.comments ?? []).map((made) => made.text)));
  broken.push(...snapshot.problems.map((p) => `${p.file}:${p.line} ${p.reason}`));
  for (const [title, times] of byTitle) if (times > 1) broken.push(`${title} was created ${times} times`);
  for (const [text, times] of comments) if (times > 1) broken.push(`${text} was said ${times} times`);
  for (const { op, key, by } of entries) {
    if (op === "create" && !byTitle.has(key)) broken.push(`${key}: an acknowledged create is lost`);
    if (op === "comment" && !comments.has(key)) broken.push(`${key}: an acknowledged comment is lost`);
    if (op === "claim" && byId.get(key)?.assignee !== by)
      broken.push(`${key}: claimed by ${by}, held by ${byId.get(key)?.assignee}`);
    if (op === "close" && byId.get(key)?.status !== "closed") broken.push(`${key}: an acknowledged close is lost`);
    if (op === "crash" || op === "unreadable" || op === "unwritable") broken.push(`${by}: ${op}: ${key}`);
  }
  // One commit for one mutation: a create adds a line, all others change one.
  const log = git(
    "log",
    "--format=%x00%(trailers:key=Fleet-Event,valueonly,separator=)|%(trailers:key=Fleet-Task,valueonly,separator=)",
    "--numstat",
    "main",
  );
  const commits = log.split("\0").slice(1, -1);
  const claims = new Map<string, number>();
  for (const commit of commits) {
    const [head = "", ...stat] = commit
      .trim()
      .split("\n")
      .filter((line) => line !== "");
    const [event = "", task = ""] = head.split("|");
    if (event === "claim") claims.set(task, (claims.get(task) ?? 0) + 1);
    const expected = event === "create" ? /^1\t0\tissues/ : /^1\t1\tissues/;
    if (stat.length !== 1 || !expected.test(stat[0] ?? "")) broken.push(`a commit that is not one mutation: ${commit}`);
  }
  for (const [task, count] of claims) if (count > 1) broken.push(`${task} was claimed ${count} times`);
  const mutations =
    issues.length +
    [...comments.values()].reduce((sum, times) => sum + times, 0) +
    claims.size +
    issues.filter((i) => i.status === "closed").length;
  if (commits.length < mutations) broken.push(`${mutations} mutations in ${commits.length} commits`);
  try {
    const said = git("fsck", "--strict", "--full", "--no-dangling");
    if (said !== "") broken.push(`fsck: ${said}`);
  } catch (error) {
    broken.push(`fsck: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { broken, commits: commits.length };
}
