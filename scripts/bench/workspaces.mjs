/**
 * What a clone and a snapshot cost beside the files themselves, in repositories of several sizes. What the files of a clone cost is
 * told by the git that writes them: by its own clock, so that the start of its process counts as beside them.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { imported } from "../bundle.mjs";
import { kept, ms, table, times, title } from "./report.mjs";
import { cleanEnv, scratch } from "./world.mjs";

const SIZES = (process.env.BENCH_FILES ?? "100,5000,50000").split(",").map(Number);
const TARGET = 100;
const ROUNDS = 3;
const PERSON = { GIT_AUTHOR_NAME: "B", GIT_AUTHOR_EMAIL: "b@b", GIT_COMMITTER_NAME: "B", GIT_COMMITTER_EMAIL: "b@b" };
const env = { ...cleanEnv, ...PERSON };

function repository(dir, files) {
  const git = (...args) => execFileSync("git", args, { cwd: dir, env, stdio: ["ignore", "pipe", "inherit"] });
  mkdirSync(dir, { recursive: true });
  git("init", "-q", "-b", "main");
  // Or it begins by itself, and stands in the way of the one below.
  git("config", "gc.auto", "0");
  for (let i = 0; i < files; i++) {
    const below = join(dir, `d${i % 500}`);
    if (i < 500) mkdirSync(below);
    writeFileSync(join(below, `f${i}`), `file ${i}\n`);
  }
  git("add", "-A");
  git("commit", "-qm", "files");
  git("gc", "-q");
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Of what this git wrote of itself, how long it took to write files, in milliseconds. */
function checkoutTime(trace) {
  const events = readFileSync(trace, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { sid } = events.find(({ event, argv }) => event === "start" && argv.includes("read-tree"));
  return events.find((one) => one.event === "exit" && one.sid === sid).t_abs * 1000;
}

const least = (list) => list.toSorted((a, b) => a.all - a.files - (b.all - b.files))[0];

async function several(work) {
  const all = [];
  for (let n = 0; n < ROUNDS; n++) all.push(await work(n));
  return all;
}

/** What the files of a snapshot cost: git looks at each of them. */
const look = (dir) => timed(() => execFileSync("git", ["status", "--porcelain"], { cwd: dir, env }));

async function measured({ ensureWorkspace, openDepot, readSource, takeBack }, files) {
  const root = join(scratch, `workspaces-${files}`);
  const [repo, home] = [join(root, "repo"), join(root, "home")];
  repository(repo, files);
  const plain = { home, env, now: Date.now };
  const row = (what, { all, files: ofFiles }, isKept = "") => [
    files,
    what,
    ms(all),
    ms(ofFiles),
    ms(all - ofFiles),
    times(all, ofFiles),
    isKept,
  ];
  const made = async (task) => {
    const trace = join(root, `${task}.trace`);
    const making = { ...plain, env: { ...env, GIT_TRACE2_EVENT: trace } };
    let record;
    const all = await timed(async () => {
      const done = await ensureWorkspace(making, { task, cwd: repo });
      if (done.kind !== "ready") throw new Error(done.why);
      record = done.record;
    });
    return { all, files: checkoutTime(trace), record };
  };
  const first = await made("first");
  const clones = await several(async (n) => await made(`more-${n}`));
  const clone = least(clones);
  const { dir, depot, branch } = clone.record;
  const taken = await several(async (n) => {
    writeFileSync(join(dir, "d0", `new-${n}`), "new\n");
    const taking = { task: "more-0", attempt: String(n + 1), depot, top: dir, branch };
    return { all: await timed(() => takeBack(plain, taking)), files: await look(dir) };
  });
  const { source } = await readSource(repo, env);
  const snapshots = await several(async (n) => {
    writeFileSync(join(repo, "d0", `new-${n}`), "new\n");
    const all = await timed(async () => {
      const at = await openDepot(plain, source);
      await takeBack(plain, { task: "plain", attempt: String(n + 1), depot: at, top: repo });
    });
    return { all, files: await look(repo) };
  });
  rmSync(root, { recursive: true, force: true });
  return [
    row("first clone, with its depot", first),
    row("another clone", clone, kept(clone.all - clone.files < TARGET)),
    row("what an attempt in a clone made, taken back", least(taken)),
    row("a snapshot of a plain directory", least(snapshots)),
  ];
}

export async function workspaces() {
  title(
    `Workspaces (target: another clone takes less than ${TARGET} ms beside what its files cost, the depot being there)`,
  );
  const program = await imported(join(import.meta.dirname, "workspaces.ts"));
  const rows = [];
  for (const files of SIZES) rows.push(...(await measured(program, files)));
  table(["files", "what", "time", "of which the files", "beside", "ratio", "kept"], rows);
}
