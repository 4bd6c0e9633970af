/** What stands in the place of a file of an attempt's directory is that attempt's trouble, and nobody else's. */
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bootId, monotonic } from "@fleet/kit/clock";
import { DiskError } from "@fleet/kit/errors";
import { ownId } from "@fleet/kit/process/id";
import { heldBy } from "@fleet/store/claims";
import { withRecord } from "@fleet/store/fleet-record";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";

import { openRun, outputEnd, readResult, readRun, runsOf } from "../../src/attempts/evidence/check-files.ts";
import * as evidence from "../../src/attempts/evidence/files.ts";
import { CHECK_FILES, FILES } from "../../src/attempts/records/files.ts";
import { readLiveness } from "../../src/attempts/records/liveness.ts";
import { taskDir } from "../../src/attempts/records/paths.ts";
import { readNotStarted } from "../../src/attempts/records/not-started.ts";
import { filesMark, lastStderr, printedAt, printedBytes, stderrEnd } from "../../src/attempts/records/output.ts";
import { readPid } from "../../src/attempts/records/pid-file.ts";
import { readReceipt } from "../../src/attempts/records/receipt.ts";
import * as record from "../../src/attempts/records/record.ts";
import { bytesOf } from "../../src/attempts/records/removal.ts";
import { readStop, stoppedAt } from "../../src/attempts/records/stop.ts";
import { waitedMs, waitsNow } from "../../src/attempts/records/waits.ts";
import { readWorked } from "../../src/attempts/records/worked.ts";
import { recentFacts } from "../../src/attempts/stream/recent.ts";
import { RECORD } from "../support/attempt.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

/** Every file of an attempt, and those in its directories that have a name of their own. */
const NAMES = [...Object.values(FILES), `${FILES.waits}/w.json`, `${FILES.scratch}/x`];
/** Every file of a check's run. */
const OF_A_CHECK = [...Object.values(CHECK_FILES), FILES.pid, FILES.log, FILES.exit, FILES.stop];

/** Where the first run of the first check is. */
const AT = join(FILES.checks, "1.1");

const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}\n`;

/** What an agent may put there. `kept`: a file elsewhere that nobody is to touch. */
const KINDS: Readonly<Record<string, (path: string, kept: string) => void>> = {
  "a FIFO": (path) => execFileSync("mkfifo", [path]),
  "a directory": (path) => mkdirSync(join(path, "inside"), { recursive: true }),
  "a link": (path, kept) => symlinkSync(kept, path),
  "a link to an endless device": (path) => symlinkSync("/dev/zero", path),
  "three gigabytes of zeros": (path) => {
    writeFileSync(path, "");
    truncateSync(path, 3 * 1024 ** 3);
  },
  "JSON a hundred thousand levels deep": (path) => writeFileSync(path, DEEP),
};

const KEPT = '{"kind":"killed","by":"nobody"}\n';

function put(kind: string, path: string, kept: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  KINDS[kind]?.(path, kept);
}

/** Each reader of an attempt's directory; `at`: the directory of a check's run. */
const READERS: Readonly<Record<string, (dir: string, at: string) => unknown>> = {
  attempt: (dir) => record.readAttempt(dir),
  warned: (dir) => record.readWarned(dir),
  exit: (dir) => record.readExit(dir),
  "time of its exit": (dir) => record.exitedAt(dir),
  outcome: (dir) => record.readOutcome(dir),
  session: (dir) => record.sessionOf(dir),
  "time of its verdict": (dir) => record.judgedAt(dir),
  receipt: (dir) => readReceipt(dir),
  pid: (dir) => readPid(dir),
  before: (dir) => evidence.readBefore(dir),
  after: (dir) => evidence.readAfter(dir),
  overlaps: (dir) => evidence.readOverlaps(dir),
  liveness: (dir) => readLiveness(dir),
  "why it was not started": (dir) => readNotStarted(dir),
  stop: (dir) => readStop(dir),
  "time of its stop": (dir) => stoppedAt(dir),
  "when it worked": (dir) => readWorked(dir),
  waits: (dir) => [waitsNow(dir, Date.now()), waitedMs(dir, monotonic())],
  "standard error": (dir) => [stderrEnd(dir, 4096), lastStderr(dir, 4096)],
  "what it printed": (dir) => [printedBytes(dir), printedAt(dir), filesMark(dir), recentFacts(dir)],
  size: (dir) => bytesOf(dir),
  checks: (dir) => [runsOf(dir), openRun(dir)],
  "a check's start": (_dir, at) => readRun(at),
  "a check's result": (_dir, at) => readResult(at),
  "a check's output": (_dir, at) => outputEnd(at),
  "a check's process": (_dir, at) => [readPid(at), record.readExit(at), readStop(at)],
};

describe("what reads an attempt's files never waits, and tells what it can't read by its path", () => {
  let root = "";
  beforeAll(() => void (root = mkdtempSync(join(realpathSync(tmpdir()), "strange-"))));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const rows = Object.keys(KINDS).flatMap((kind) => [
    ...NAMES.map((name) => [name, kind, (dir: string) => join(dir, name)] as const),
    ...OF_A_CHECK.map((name) => [`a check's ${name}`, kind, (dir: string) => join(dir, AT, name)] as const),
  ]);

  it.each(rows)("%s: %s", (_name, kind, place) => {
    const dir = mkdtempSync(join(root, "attempt-"));
    const kept = join(root, "kept");
    writeFileSync(kept, KEPT);
    record.writeAttempt(dir, RECORD);
    const path = place(dir);
    put(kind, path, kept);
    for (const [reader, read] of Object.entries(READERS))
      try {
        read(dir, join(dir, AT));
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        expect([reader, error.code, error.where]).toEqual([reader, "unreadable", path]);
      }
    expect(readFileSync(kept, "utf8")).toBe(KEPT);
  });
});

/** A task that an attempt holds, as a supervisor that was killed left it: its coder lives, its record is complete. */
interface Left {
  readonly id: string;
  readonly name: string;
  readonly coder: number;
}

/** What stands there keeps its coder from being known, or takes long to read. */
const OTHERWISE = [
  ...Object.keys(KINDS).map((kind) => [FILES.pid, kind] as const),
  [FILES.log, "three gigabytes of zeros"],
] as const;

async function leave(fleet: Fleet, rows: readonly (readonly [name: string, kind: string])[]): Promise<Left[]> {
  const now = new Date().toISOString();
  const home = homeId(fleet.store.gitDir);
  const started = { coder: "shell", account: "shell", cwd: fleet.project, file: "sleep", args: ["300"] };
  const here = { monotonic: monotonic(), boot: bootId(), machine: ownId().place, timeout_ms: 3_600_000 };
  const made = rows.map(([name, kind], at) => {
    const [id, uuid] = [`tt-s${at}`, randomUUID()];
    const open = {
      id,
      title: `${name}: ${kind}`,
      priority: 2,
      issue_type: "task" as const,
      created_at: now,
      updated_at: now,
    };
    const held = {
      ...open,
      status: "in_progress" as const,
      assignee: `shell/${uuid.slice(0, 4)}`,
      description: "true",
    };
    const issue: Issue = withRecord(
      { ...held, metadata: { cwd: fleet.project } },
      { attempt: { n: 1, uuid }, home, attempts: 1 },
    );
    const env = { ...fleet.env, FLEET_TASK_ID: id, FLEET_ATTEMPT_ID: uuid };
    const coder = spawn("sleep", ["300"], { env, cwd: fleet.project, stdio: "ignore", detached: true });
    coder.unref();
    const { pid = 0 } = coder;
    const dir = fleet.dir(id);
    record.writeAttempt(dir, { ...RECORD, ...started, ...here, uuid, task: id, created_at: now });
    record.reserveExit(dir);
    writeFileSync(join(dir, FILES.pid), readFileSync(`/proc/${pid}/stat`));
    put(kind, join(dir, name), join(fleet.root, "kept"));
    return { issue, left: { id, name, coder: pid } };
  });
  const issues = made.map(({ issue }) => issue);
  await fleet.store.transact(fleet.act(), () => ({
    kind: "commit",
    event: "create",
    subject: "as they were left",
    issues,
    result: undefined,
  }));
  return made.map(({ left }) => left);
}

const kill = (pid: number): void => {
  if (isAlive(pid)) process.kill(pid, "SIGKILL");
};

describe.runIf(process.platform === "linux")("behind whatever is in the place of any file", () => {
  it("others continue, every view answers, nothing is done twice, and the attempt is settled when its coder ends", async () => {
    await using fleet = await Fleet.make({ max_attempts: "1", max_concurrent: "100", kill_grace: "100ms" });
    writeFileSync(join(fleet.root, "kept"), KEPT);
    const rows = [...NAMES.map((name) => [name, "a FIFO"] as const), ...OTHERWISE];
    const left = await leave(fleet, rows);
    const honest = await fleet.task("works beside them", "echo well");
    // What its task has spent, as an earlier attempt of it left that.
    put("a FIFO", join(taskDir(fleet.home, honest), "spent.jsonl"), "");
    await fleet.supervise();
    await fleet.settled(honest, "closed");
    for (const view of ["tasks", "tasks --all --json", "questions", "accounts", "gc", "run status"])
      expect(await fleet.run(view.split(" ")), view).toMatchObject({ code: 0 });
    for (const { id, name } of left.slice(0, NAMES.length))
      for (const view of ["task", "compare"])
        expect(await fleet.run([view, id]), `${view}: ${name}`).toMatchObject({ code: 0 });
    // Nobody knows by which process it runs any more: that is ended before the task is given to another one.
    for (const { id, name, coder } of left.filter((one) => one.name === FILES.pid)) {
      await until(`the end of ${id}, ${name}`, () => fleet.outcomes(id)[0] !== undefined);
      expect(isAlive(coder), id).toBe(false);
    }
    await fleet.ok(["pause"]);
    for (const { coder } of left) kill(coder);
    // All of three gigabytes is read before that one is judged, a piece in each look; what stops meanwhile leaves it to the next.
    for (const { id, name } of left.slice(0, -1))
      await until(`the end of ${id}, ${name}`, () => heldBy(fleet.issue(id)) === undefined);
    expect(readFileSync(join(fleet.root, "kept"), "utf8")).toBe(KEPT);
    expect(fleet.journal()).not.toContain("the home can't be looked at");
    for (const name of [FILES.attempt, FILES.pid, FILES.log, FILES.stop])
      expect(fleet.journal()).toMatch(new RegExp(`moved aside what was at .*/attempts/1/${name}`));
  });
});

/** What an agent writes that judges itself. */
const FORGED = (() => {
  const at = new Date().toISOString();
  const usage = { input: 0, output: 0 };
  const outcome = { kind: "done", reason: "trust me", becomes: "closed", counts: false, at, duration_ms: 1, usage };
  const result = { command: "false", verdict: "passed", ms: 1, disturbed: false, tail: "" };
  return [
    'cd "$FLEET_HOME/tasks/$FLEET_TASK_ID/attempts/1"',
    `echo '${JSON.stringify(outcome)}' >outcome.json; echo '{}' >receipt.json; echo '{}' >after.json`,
    `mkdir -p checks/1.1; echo '${JSON.stringify(result)}' >checks/1.1/result.json`,
  ].join("\n");
})();
const FORGED_NAMES = ["outcome.json", "receipt.json", "after.json", "checks"];

it("what an agent writes there before its supervisor is killed is put aside by the next, whether it has ended by then or not", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" });
  const ids: string[] = [];
  for (const [title, more] of [
    ["ends before", "exit 0"],
    ["goes on", "while [ ! -e go ]; do sleep 0.05; done"],
  ]) {
    const script = `dir=$PWD\nwhile [ ! -e forge ]; do sleep 0.05; done\n${FORGED}\ncd "$dir"; touch "made-$FLEET_TASK_ID"; ${more}`;
    ids.push(await fleet.task(title ?? "", script, { metadata: { checks: ["false"] } }));
  }
  await fleet.start();
  await until("both run", () => ids.every((id) => existsSync(join(fleet.dir(id), "pid"))));
  await fleet.killSupervisor();
  fleet.write("forge");
  await until("both are written", () => ids.every((id) => existsSync(join(fleet.project, `made-${id}`))));
  await fleet.supervise();
  fleet.write("go");
  for (const id of ids) {
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven"]);
    for (const name of FORGED_NAMES)
      expect(fleet.journal()).toMatch(new RegExp(`moved aside what was at .*${id}/attempts/1/${name}`));
  }
});

it("a verdict, a receipt, a listing and checks that an agent made itself are put aside, and not believed", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1", max_concurrent: "20" });
  const id = await fleet.task("judges itself", `${FORGED}\nsleep 1`, { metadata: { checks: ["false"] } });
  await fleet.supervise();
  await fleet.settled(id, "blocked");
  expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven"]);
  for (const name of FORGED_NAMES)
    expect(fleet.journal()).toMatch(new RegExp(`moved aside what was at .*/attempts/1/${name}`));
});

it("who deletes its own records, or puts a FIFO where the supervisor is to write, comes to an end, and keeps nobody from stopping", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1", snapshots: "on" });
  execFileSync("git", ["-C", fleet.project, "init", "-q"], { env: fleet.env });
  const [task, own] = ['"$FLEET_HOME/tasks/$FLEET_TASK_ID"', '"$FLEET_HOME/tasks/$FLEET_TASK_ID/attempts/1"'];
  const ids: string[] = [];
  for (const does of [`rm -rf ${own}`, `rm -rf ${task}`, `mkfifo ${own}/taken.json`])
    ids.push(await fleet.task(does, `echo begun; while [ ! -e go ]; do sleep 0.05; done; echo x >made; ${does}`));
  await fleet.supervise();
  for (const id of ids) await until(`${id} is heard`, () => existsSync(join(fleet.dir(id), FILES.events)));
  await fleet.ok(["pause"]);
  fleet.write("go");
  for (const id of ids) await until(`the end of ${id}`, () => heldBy(fleet.issue(id)) === undefined);
  expect(fleet.journal()).toMatch(/moved aside what was at .*\/attempts\/1\/taken.json/);
  expect(fleet.journal().match(/attempts\/1 was deleted, with what was recorded of the attempt/g)).toHaveLength(2);
});
