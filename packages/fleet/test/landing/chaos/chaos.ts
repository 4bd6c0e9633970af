/**
 * Landers that are killed at random moments and at each named point, in a repository in which a person works meanwhile; and what must
 * be true afterwards: each task is on the target once, nothing that the person had not committed is another, nothing is left over.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { readSource } from "@fleet/kit/git/source";

import { bundle } from "../../../../../scripts/bundle.mjs";
import { LAND_POINTS, type Landing } from "../../../src/landing/land.ts";
import { MOVE_POINTS } from "../../../src/landing/move.ts";
import { ensureWorkspace } from "../../../src/workspaces/ensure.ts";
import { takeBack } from "../../../src/workspaces/take-back.ts";

export interface ChaosOptions {
  /** An empty directory. */
  readonly dir: string;
  readonly seed: number;
  readonly tasks: number;
  readonly kills: number;
  /** Whether the target is checked out where the person works. */
  readonly isCheckedOut: boolean;
}

export interface ChaosReport {
  readonly kills: Readonly<Record<string, number>>;
  readonly person: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}

const POINTS = [...LAND_POINTS, ...MOVE_POINTS];
/** A lander of all tasks takes so long, in milliseconds: blows fall within that. */
const LONGEST = 1_500;
/** In so many turns without a blow everything lands, or never. */
const TURNS = 20;

function random(seed: number): () => number {
  let state = seed * 7919 + 13;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const LINES = 60;

class Field {
  readonly repo: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly told: string;
  readonly worker: string;

  constructor(readonly options: ChaosOptions) {
    const { dir } = options;
    [this.repo, this.home] = [join(dir, "repo"), join(dir, "home")];
    [this.told, this.worker] = [join(dir, "told.json"), join(dir, "worker.mjs")];
    for (const one of ["person", "repo", "home"]) mkdirSync(join(dir, one));
    put(
      join(dir, "person/.gitconfig"),
      "[user]\n\tname = P\n\temail = p@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
    );
    this.env = { PATH: process.env["PATH"] ?? "", HOME: join(dir, "person"), GIT_CONFIG_NOSYSTEM: "1" };
  }

  readonly git = (...args: string[]): string => this.gitIn(this.repo, ...args);
  readonly gitIn = (cwd: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd, env: this.env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  /** As a person runs it, while everything else goes on; whether it did what it was asked. */
  readonly tries = async (...args: string[]): Promise<boolean> =>
    await new Promise((resolve) => {
      execFile("git", args, { cwd: this.repo, env: this.env }, (error) => resolve(error === null));
    });

  /** A repository, and for each task a workspace in which it has worked. */
  async fill(): Promise<void> {
    const { tasks, dir } = this.options;
    const lines = Array.from({ length: LINES }, (_, at) => `line ${at}\n`).join("");
    this.git("init", "-q");
    put(join(this.repo, "shared"), lines);
    put(join(this.repo, ".gitignore"), "ignored\n");
    put(join(this.repo, "dirty"), "as it was\n");
    put(join(this.repo, "staged"), "as it was\n");
    for (let at = 0; at < tasks; at++) put(join(this.repo, `gone-${at}`), `${at}\n`);
    this.git("add", "-A");
    this.git("commit", "-qm", "first");
    const landings: Landing[] = [];
    for (let at = 0; at < tasks; at++) landings.push(await this.work(at));
    put(this.told, JSON.stringify({ lander: { home: this.home, env: this.env, mark: "5eed5eed" }, landings }));
    await bundle(join(import.meta.dirname, "worker.ts"), join(dir, "worker.mjs"));
  }

  private async work(at: number): Promise<Landing> {
    const task = `t-${at}`;
    const making = { home: this.home, env: this.env, now: Date.now };
    const ensured = await ensureWorkspace(making, { task, cwd: this.repo });
    if (ensured.kind !== "ready") throw new Error(ensured.why);
    const { dir: top, depot, branch, base } = ensured.record;
    const shared = join(top, "shared");
    put(shared, readFileSync(shared, "utf8").replace(`line ${at * 3}\n`, `line ${at * 3} of ${task}\n`));
    for (let n = 0; n < 60; n++) put(join(top, `made/${task}/${n}`), `${task} ${n}\n`.repeat(200));
    symlinkSync("shared", join(top, `link-${at}`));
    this.gitIn(top, "rm", "-q", `gone-${at}`);
    this.gitIn(top, "add", "-A");
    this.gitIn(top, "commit", "-qm", task);
    const taken = await takeBack(making, { task, attempt: "1", depot, top, branch });
    const found = await readSource(this.repo, this.env);
    if (found.kind !== "source" || taken.tip === undefined) throw new Error("the work was not taken back");
    return {
      task,
      title: `Do ${task}`,
      source: found.source,
      depot,
      lfsFrom: [],
      target: "main",
      base,
      head: taken.tip,
      history: "squash",
      person: { name: "P", email: "p@example.com" },
      checking: { commands: ["test -f shared"], timeout: 60_000, below: "", env: this.env },
    };
  }

  /** What the person has and does not commit. */
  own(): Readonly<Record<string, string>> {
    const text = `mine ${this.options.seed}\n`;
    return { dirty: text, staged: text, notes: text, ignored: text };
  }
}

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Commits, switches and looks, until told to stop. */
async function person(field: Field, rnd: () => number, isOver: () => boolean): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let n = 0; !isOver(); n++) {
    await sleep(60 + rnd() * 400);
    const what = rnd();
    if (what < 0.5) {
      const name = `of-person-${n}`;
      put(join(field.repo, name), name);
      const isIn = (await field.tries("add", name)) && (await field.tries("commit", "-qm", name, "--", name));
      count(counts, isIn ? "commit" : "commit refused");
    } else if (what < 0.8 && field.options.isCheckedOut) {
      const isSwitched = await field.tries("switch", "-q", "-C", "side");
      await sleep(rnd() * 150);
      count(counts, isSwitched && (await backTo(field, "main")) ? "switch" : "switch refused");
    } else {
      await field.tries("status", "--short");
      count(counts, "status");
    }
  }
  return counts;
}

/** A switch that meets a locked index is tried again, as a person does. */
async function backTo(field: Field, branch: string): Promise<boolean> {
  for (let tried = 0; tried < 50; tried++) {
    if (await field.tries("switch", "-q", branch)) return true;
    await sleep(60);
  }
  return false;
}

interface Turn {
  readonly point?: string;
  /** Milliseconds until it is killed from outside. */
  readonly after?: number;
}

/** One lander, to its end; true where everything has landed. */
async function turn(field: Field, { point = "", after }: Turn): Promise<"landed" | "open" | "killed"> {
  const child = spawn(process.execPath, [field.worker, field.told, point], {
    stdio: ["ignore", "ignore", "inherit"],
    env: field.env,
  });
  const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on("exit", (...how) => resolve(how));
  });
  clearTimeout(timer);
  if (signal !== null) return "killed";
  return code === 0 ? "landed" : "open";
}

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const field = new Field(options);
  const rnd = random(options.seed);
  await field.fill();
  if (!options.isCheckedOut) field.git("switch", "-q", "-c", "mine");
  for (const [path, text] of Object.entries(field.own())) put(join(field.repo, path), text);
  field.git("add", "staged");
  let isOver = false;
  const acting = person(field, random(options.seed + 1), () => isOver);
  const kills: Record<string, number> = {};
  try {
    for (let n = 0; n < options.kills; n++) {
      const point = n % 2 === 0 ? POINTS[(n / 2) % POINTS.length] : undefined;
      const after = rnd() * LONGEST;
      const end = await turn(field, point === undefined ? { after } : { point });
      if (end === "killed") count(kills, point ?? "anywhere");
      if (end === "landed") break;
      await sleep(rnd() * 60);
    }
  } finally {
    isOver = true;
  }
  const acts = await acting;
  let last = "";
  for (let n = 0; n < TURNS && last !== "landed"; n++) last = await turn(field, {});
  return { kills, person: acts, broken: brokenIn(field) };
}

function brokenIn(field: Field): string[] {
  const { tasks, isCheckedOut } = field.options;
  const broken: string[] = [];
  const log = field.git("log", "--format=%(trailers:key=Fleet-Task,valueonly)", "main").split("\n");
  for (let at = 0; at < tasks; at++) {
    const times = log.filter((line) => line === `t-${at}`).length;
    if (times !== 1) broken.push(`t-${at} is ${times} times on the target`);
  }
  const files = new Set(field.git("ls-tree", "-r", "--name-only", "main").split("\n"));
  for (let at = 0; at < tasks; at++)
    if (files.has(`gone-${at}`) || !files.has(`made/t-${at}/59`) || !files.has(`link-${at}`))
      broken.push(`t-${at} is not whole on the target`);
  for (const [path, text] of Object.entries(field.own()))
    if (readFileSync(join(field.repo, path), "utf8") !== text) broken.push(`${path} of the person's is another`);
  if (isCheckedOut && field.git("symbolic-ref", "HEAD").trim() !== "refs/heads/main") broken.push("not on main");
  const expected = new Set([" M dirty", "M  staged", "?? notes"]);
  for (const line of field.git("status", "--porcelain").split("\n"))
    // A commit of the person's that met a locked index.
    if (line !== "" && !expected.has(line) && !/^(?:\?\?|A ) of-person-/.test(line)) broken.push(`status: ${line}`);
  const left = readdirSync(join(field.repo, ".git"), { recursive: true, encoding: "utf8" });
  for (const path of left) if (/\.lock$|fleet-landing/.test(path)) broken.push(`left: ${path}`);
  try {
    field.git("fsck", "--strict", "--connectivity-only", "--no-dangling");
  } catch (error) {
    broken.push(`fsck: ${String(error)}`);
  }
  return broken;
}
