#!/usr/bin/env node
/**
 * Writes the home of an earlier build as a small tree of files, for tests that take it over: its history as `git fast-export`
 * tells it, its .git/fleet, its attempts. The directory it was made in is written as @ROOT@.
 *
 *   node scripts/upgrade/home.mjs --from COMMIT --out fixtures/homes/NAME
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";

import { openLab, readOr, until } from "../chaos/lab.mjs";
import { buildAt, commitOf } from "./build.mjs";

const { values } = parseArgs({ options: { from: { type: "string" }, out: { type: "string" } } });
const commit = commitOf(values.from ?? "");
if (commit === undefined || values.out === undefined) {
  console.error("usage: node scripts/upgrade/home.mjs --from COMMIT --out DIRECTORY");
  process.exit(2);
}

/** Of the home; caches and what only this machine means are left out. */
const KEPT = ["tasks", "config.yaml", join("run", "supervisor.log"), join(".git", "fleet")];
const LEFT_OUT = /\/(?:bin|command|last|writers|log\.stderr)(?:\/|$)/;

const untilThere = (name) =>
  `touch "begun.$FLEET_TASK_ID"; while [ ! -e ${name} ]; do sleep 0.1; done; echo "ran $FLEET_TASK_ID" >>ran`;
const TASKS = [
  ["is closed", "true"],
  ["has failed", "exit 3"],
  ["waits", "true", "--defer", "2099-01-01"],
  ["was at work", untilThere("go")],
  ["ended unseen", untilThere("meanwhile")],
];

/** For the PATH of whoever writes it, which every task keeps. */
const PLAIN_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Every machine was started again since then. */
const NO_BOOT = "00000000-0000-4000-8000-000000000000";

const source = mkdtempSync(join(tmpdir(), "fleet-before-"));
const lab = openLab("upgrade");
try {
  writeFileSync(join(lab.root, ".gitconfig"), "[user]\n\tname = ann\n\temail = ann@example.org\n");
  lab.env.HOME = lab.root;
  lab.program = buildAt(commit, join(source, "source"));
  await lab.surely("init");
  writeFileSync(
    join(lab.home, "config.yaml"),
    "max_attempts: 2\nretry_backoff: 100ms\nretry_backoff_max: 200ms\npoll_interval: 100ms\n",
  );
  for (const [title, script, ...flags] of TASKS)
    await lab.surely("bd", "create", title, "-d", script, "--coder", "shell", "--silent", ...flags);
  await lab.surely("run", "start");
  const statusOf = async (title) => (await lab.issues()).find((one) => one.title === title)?.status;
  await until("one has failed", async () => (await statusOf("has failed")) === "blocked");
  const begun = () => readdirSync(lab.work).filter((name) => name.startsWith("begun."));
  await until("two are at work", () => begun().length === 2);
  process.kill(lab.supervisor(), "SIGKILL");
  writeFileSync(join(lab.work, "meanwhile"), "");
  const exits = () =>
    filesIn(join(lab.home, "tasks")).filter((path) => path.endsWith("exit.json") && /\d/.test(readOr(path)));
  // Of what was closed, of two that failed, and of this one.
  await until("one has ended", () => exits().length === 4);
  await lab.leftOver();

  rmSync(values.out, { recursive: true, force: true });
  const put = (path, bytes) => {
    const file = join(values.out, path.replace(/^\.git\/fleet/, "git-fleet"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  const boot = readOr("/proc/sys/kernel/random/boot_id").trim();
  const neutral = (text) =>
    text.replaceAll(lab.root, "@ROOT@").replaceAll(boot, NO_BOOT).replaceAll(lab.env.PATH, PLAIN_PATH);
  for (const kept of KEPT)
    for (const path of filesIn(join(lab.home, kept)))
      if (!LEFT_OUT.test(path)) put(relative(lab.home, path), neutral(readFileSync(path, "utf8")));
  const history = execFileSync("git", ["-C", lab.home, "fast-export", "main"], { env: lab.env, maxBuffer: 1 << 28 });
  put("history", mapped(history, neutral));
} finally {
  await lab.leftOver();
  lab.remove();
  rmSync(source, { recursive: true, force: true, maxRetries: 5 });
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

/** A stream of fast-export with other data, each of which tells its length. */
function mapped(stream, change) {
  const parts = [];
  let at = 0;
  for (let end; (end = stream.indexOf("\n", at)) >= 0;) {
    const line = stream.toString("utf8", at, end);
    const length = /^data (\d+)$/.exec(line)?.[1];
    at = end + 1 + Number(length ?? 0);
    const data = stream.toString("utf8", end + 1, at);
    parts.push(length === undefined ? `${line}\n` : `data ${Buffer.byteLength(change(data))}\n${change(data)}`);
  }
  return parts.join("");
}
