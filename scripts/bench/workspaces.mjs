/** What a clone and a snapshot cost beside the files themselves, in a repository of 50 000 files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { imported } from "../bundle.mjs";
import { kept, ms, table, times, title } from "./report.mjs";
import { cleanEnv, scratch } from "./world.mjs";

const FILES = Number(process.env.BENCH_FILES ?? 50_000);
const TARGET = 100;
const ROUNDS = 3;
const PERSON = { GIT_AUTHOR_NAME: "B", GIT_AUTHOR_EMAIL: "b@b", GIT_COMMITTER_NAME: "B", GIT_COMMITTER_EMAIL: "b@b" };

function repository(dir) {
  const env = { ...cleanEnv, ...PERSON };
  const git = (...args) => execFileSync("git", args, { cwd: dir, env, stdio: ["ignore", "pipe", "inherit"] });
  mkdirSync(dir, { recursive: true });
  git("init", "-q", "-b", "main");
  // Or it begins by itself, and stands in the way of the one below.
  git("config", "gc.auto", "0");
  for (let i = 0; i < FILES; i++) {
    const below = join(dir, `d${i % 500}`);
    if (i < 500) mkdirSync(below);
    writeFileSync(join(below, `f${i}`), `file ${i}\n`);
  }
  git("add", "-A");
  git("commit", "-qm", "files");
  git("gc", "-q");
  return git;
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export async function workspaces() {
  title(
    `Workspaces: a repository of ${FILES} files (target: less than ${TARGET} ms beside what the files cost, the depot being there)`,
  );
  const { ensureWorkspace, openDepot, readSource, takeBack } = await imported(
    join(import.meta.dirname, "workspaces.ts"),
  );
  const root = join(scratch, "workspaces");
  const [repo, home] = [join(root, "repo"), join(root, "home")];
  const git = repository(repo);
  const env = { ...cleanEnv, ...PERSON };
  const rows = [];
  const row = (what, all, files) =>
    rows.push([what, ms(all), ms(files), ms(all - files), times(all, files), kept(all - files < TARGET)]);
  const made = async (task) => {
    const at = new Map();
    const making = { home, env, now: Date.now, at: (point) => at.set(point, performance.now()) };
    let record;
    const all = await timed(async () => {
      const done = await ensureWorkspace(making, { task, cwd: repo });
      if (done.kind !== "ready") throw new Error(done.why);
      record = done.record;
    });
    return { all, files: at.get("clone-files") - at.get("clone-config"), record, making };
  };
  const first = await made("first");
  rows.push([
    "first clone, with its depot",
    ms(first.all),
    ms(first.files),
    ms(first.all - first.files),
    times(first.all, first.files),
    "",
  ]);
  const least = (list) => list.toSorted((a, b) => a.all - a.files - (b.all - b.files))[0];
  const clones = [];
  for (let n = 0; n < ROUNDS; n++) clones.push(await made(`more-${n}`));
  const { all, files, record, making } = least(clones);
  row("another clone", all, files);
  // What the files of a snapshot cost: git looks at each of them.
  const look = (dir) => timed(() => execFileSync("git", ["status", "--porcelain"], { cwd: dir, env }));
  const taken = [];
  for (let n = 0; n < ROUNDS; n++) {
    writeFileSync(join(record.dir, "d0", `new-${n}`), "new\n");
    const { dir, depot, branch } = record;
    const attempt = String(n + 1);
    const all = await timed(() => takeBack(making, { task: "more-0", attempt, depot, top: dir, branch }));
    taken.push({ all, files: await look(dir) });
  }
  const back = least(taken);
  rows.push([
    "what an attempt in a clone made, taken back",
    ms(back.all),
    ms(back.files),
    ms(back.all - back.files),
    times(back.all, back.files),
    "",
  ]);
  const plain = [];
  const { source } = await readSource(repo, env);
  for (let n = 0; n < ROUNDS; n++) {
    writeFileSync(join(repo, "d0", `new-${n}`), "new\n");
    const attempt = String(n + 1);
    const all = await timed(async () => {
      const depot = await openDepot(making, source);
      await takeBack(making, { task: "plain", attempt, depot, top: repo });
    });
    plain.push({ all, files: await look(repo) });
  }
  const snapshot = least(plain);
  rows.push([
    "a snapshot of a plain directory",
    ms(snapshot.all),
    ms(snapshot.files),
    ms(snapshot.all - snapshot.files),
    times(snapshot.all, snapshot.files),
    "",
  ]);
  table(["what", "time", "of which the files", "beside", "ratio", "kept"], rows);
  git("status", "--porcelain");
  rmSync(root, { recursive: true, force: true });
}
