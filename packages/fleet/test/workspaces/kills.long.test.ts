/** Processes that make, take back, put back and delete workspaces, killed at named points and at random, alone and with others at work. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

import { bundle } from "../../../../scripts/bundle.mjs";
import { depotDir } from "../../src/workspaces/paths.ts";
import { POINTS, REMOVAL_POINTS, TAKE_POINTS } from "../../src/workspaces/making.ts";
import { random } from "../../../store/test/chaos/random.ts";
import { type Ground, makeGround, pictureOf } from "./support.ts";

interface Run {
  readonly child: ChildProcess;
  readonly end: Promise<string>;
}

async function workerFor({ dir }: Ground): Promise<string> {
  const file = join(dir, "worker.mjs");
  await bundle(join(import.meta.dirname, "worker.ts"), file);
  return file;
}

/** The answer is `killed`, or what it printed. */
function start(ground: Ground, worker: string, ...args: string[]): Run {
  const { env, home, repo } = ground;
  // A group of its own: git below it dies with it.
  const child = spawn(process.execPath, [worker, home, repo, ...args], { env, detached: true, stdio: "pipe" });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (out += text));
  const end = new Promise<string>((resolve) => {
    child.once("close", (code) => resolve(code === null ? "killed" : out.trim()));
  });
  return { child, end };
}

const killGroup = ({ child }: Run): void => {
  try {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  } catch {
    // It has ended.
  }
};

const work = ({ home, gitIn }: Ground, task: string, n: number): void => {
  const dir = join(home, "work", task);
  writeFileSync(join(dir, `made-${n}`), `${n}\n`);
  gitIn(dir, "add", "-A");
  gitIn(dir, "commit", "-qm", `work ${n}`);
  writeFileSync(join(dir, `left-${n}`), `${n}\n`);
};

const depotOf = ({ home, repo }: Ground): string => depotDir(home, join(repo, ".git"));

function whole(ground: Ground): void {
  const { gitIn, repo } = ground;
  const depot = depotOf(ground);
  expect(gitIn(depot, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
  const locks = execFileSync("find", [
    depot,
    join(repo, ".git"),
    "-name",
    "*.lock",
    "-o",
    "-name",
    "tmp_*",
    "-o",
    "-name",
    "*.tmp",
  ]);
  expect(locks.toString()).toBe("");
  gitIn(repo, "branch");
}

test("killed at each named point, alone and while others work, the next one who asks ends up with the same", async () => {
  const ground = makeGround();
  const worker = await workerFor(ground);
  const before = pictureOf(join(ground.repo, ".git"));
  for (const others of [false, true]) {
    for (const point of POINTS) {
      // What makes a depot is only reached where there is none.
      if (point.startsWith("depot-") && !others) rmSync(ground.home, { recursive: true, force: true });
      const beside = others ? ["a", "b"].map((name) => start(ground, worker, `${name}-${point}`, "ensure")) : [];
      const task = `${others ? "o" : "t"}-${point}`;
      const killed = await start(ground, worker, task, "ensure", point).end;
      const again = await start(ground, worker, task, "ensure").end;
      const ends = await Promise.all(beside.map(async ({ end }) => await end));
      // A depot that another made is not made again; nothing is in the place of a first one.
      const mayPass = point === "set-aside" || (others && (point === "depot-begun" || point === "depot-linked"));
      expect([point, killed === "killed" || (mayPass && killed === "done"), again, ends]).toEqual([
        point,
        true,
        "done",
        beside.map(() => "done"),
      ]);
      expect(ground.gitIn(join(ground.home, "work", task), "status", "--porcelain")).toBe("");
    }
  }
  for (const point of TAKE_POINTS) {
    const task = `k-${point}`;
    expect(await start(ground, worker, task, "ensure").end).toBe("done");
    work(ground, task, 1);
    expect([point, await start(ground, worker, task, "take", point).end]).toEqual([point, "killed"]);
    expect([point, await start(ground, worker, task, "take").end]).toEqual([point, "done"]);
    const tree = ground.gitIn(depotOf(ground), "ls-tree", "--name-only", `refs/attempts/${task}/1/snapshot`);
    expect(tree).toContain("left-1");
  }
  for (const point of REMOVAL_POINTS) {
    const task = `r-${point}`;
    expect(await start(ground, worker, task, "ensure").end).toBe("done");
    work(ground, task, 1);
    expect(await start(ground, worker, task, "take").end).toBe("done");
    writeFileSync(join(ground.home, "work", task, "after"), "after\n");
    expect([point, await start(ground, worker, task, "remove", point).end]).toEqual([point, "killed"]);
    expect([point, await start(ground, worker, task, "remove").end]).toEqual([point, "done"]);
    expect(existsSync(join(ground.home, "work", task))).toBe(false);
    expect(readdirSync(join(ground.home, "work", ".leaving"))).toEqual([]);
    const kept = ["1/later/snapshot", "1/snapshot"].map((name) =>
      ground.gitIn(depotOf(ground), "ls-tree", "--name-only", `refs/attempts/${task}/${name}`),
    );
    expect(kept[0]).toContain("after");
    expect(kept[1]).toContain("left-1");
  }
  whole(ground);
  expect(pictureOf(join(ground.repo, ".git"))).toEqual(before);
}, 600_000);

/** Each task makes, takes back, puts back or deletes, is killed somewhere in it, and does it again; so often. The answer is how many died. */
async function storm(ground: Ground, worker: string, rounds: number): Promise<number> {
  const draw = random(Number(process.env["SEED"] ?? 11));
  const tasks = Array.from({ length: 6 }, (_, n) => `k-${n}`);
  let kills = 0;
  const count = new Map(tasks.map((task) => [task, 0]));
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      tasks.map(async (task) => {
        const n = count.get(task) ?? 0;
        const there = existsSync(join(ground.home, "work", task, ".git", "index"));
        const action = !there ? "ensure" : (["take", "restore", "remove"][Math.floor(draw() * 3)] ?? "take");
        if (there && action === "take") work(ground, task, round);
        const run = start(ground, worker, task, action, "", String(n + 1));
        const timer = setTimeout(() => killGroup(run), 50 + draw() * 700);
        const end = await run.end;
        clearTimeout(timer);
        if (end === "killed") kills++;
        else expect([task, action, end]).toEqual([task, action, "done"]);
        // Done again, whatever became of it.
        const again = await start(ground, worker, task, action, "", String(n + 1)).end;
        expect([task, action, again]).toEqual([task, action, "done"]);
        if (action === "take") count.set(task, n + 1);
      }),
    );
  }
  for (const [task, n] of count)
    for (let attempt = 1; attempt <= n; attempt++) {
      const at = `refs/attempts/${task}/${attempt}/snapshot`;
      const tree = ground.gitIn(depotOf(ground), "ls-tree", "--name-only", at);
      expect([at, tree]).toEqual([at, expect.stringContaining("left-")]);
      expect([at, tree]).toEqual([at, expect.stringContaining("made-")]);
    }
  return kills;
}

test("killed at random while eight others work, nothing that was committed or lay there is lost", async () => {
  const ground = makeGround();
  const worker = await workerFor(ground);
  const before = pictureOf(join(ground.repo, ".git"));
  expect(await storm(ground, worker, 10)).toBeGreaterThan(5);
  whole(ground);
  expect(pictureOf(join(ground.repo, ".git"))).toEqual(before);
}, 600_000);

test("killed at random while a person commits, deletes branches and prunes, nothing of either is lost", async () => {
  const ground = makeGround();
  const { git, write, repo } = ground;
  const worker = await workerFor(ground);
  write("mine", "not committed\n");
  const over = new AbortController();
  const made: string[] = [];
  const person = async (): Promise<void> => {
    for (let n = 0; !over.signal.aborted; n++) {
      git("checkout", "-q", "-b", `topic-${n}`);
      write("f", `${n}\n`);
      git("commit", "-qam", `of the person ${n}`);
      if (n % 2 === 0) git("commit", "-q", "--amend", "-m", `amended ${n}`);
      git("checkout", "-q", "main");
      if (n % 3 === 0) git("branch", "-q", "-D", `topic-${n}`);
      else made.push(`topic-${n}`);
      git("reflog", "expire", "--expire=now", "--all");
      git("gc", "-q", "--prune=now");
      await sleep(50);
    }
  };
  const at = person();
  try {
    expect(await storm(ground, worker, 6)).toBeGreaterThan(3);
  } finally {
    over.abort();
    await at;
  }
  whole(ground);
  expect(git("fsck", "--connectivity-only", "--no-dangling")).toBe("");
  expect(git("for-each-ref", "refs/fleet")).toBe("");
  expect(git("for-each-ref", "--format=%(refname:short)", "refs/heads/topic-*").split("\n").sort()).toEqual(
    made.sort(),
  );
  expect(readFileSync(join(repo, "mine"), "utf8")).toBe("not committed\n");
  expect(git("status", "--porcelain")).toBe("?? mine");
}, 600_000);
