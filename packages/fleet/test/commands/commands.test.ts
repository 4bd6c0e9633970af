/** fleet's own commands as a user meets them: shapes of --json, exit codes, plain output, errors that name what to run. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { moment } from "@fleet/kit/when";

import { Fleet, FLEET, type Ran } from "../support/fleet.ts";
import { ROBOT } from "../support/robot.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;
let closed = "";
let failed = "";
let running = "";
let ready = "";
let blocked = "";

beforeAll(async () => {
  fleet = await Fleet.make({ max_concurrent: "2", max_attempts: "1" }, ROBOT);
  closed = await fleet.task("greets", "echo hello; echo oops >&2; echo the plan >>plan");
  failed = await fleet.task("fails", "echo the reason >&2; exit 3");
  await fleet.supervise();
  await fleet.settled(closed, "closed");
  await fleet.settled(failed, "blocked");
  running = await fleet.task("runs on", "echo on it; while [ ! -e go ]; do sleep 0.05; done");
  await until("it runs", async () => (await fleet.run(["task", running, "log"])).stdout.includes("on it"));
  await fleet.ok(["pause"]);
  ready = await fleet.task("may run", "true", { priority: 1 });
  blocked = await fleet.task("waits", "true", { needs: [ready] });
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

async function asJson(...args: string[]): Promise<unknown> {
  const value: unknown = JSON.parse(await fleet.ok([...args, "--json"]));
  return value;
}

/** No stack trace, no bundle, no colour; and something is said. */
function isDecent({ stdout, stderr }: Ran): void {
  const said = stdout + stderr;
  expect(said.trim()).not.toBe("");
  expect(said).not.toMatch(/\n\s+at .*[:(]|node:internal|\.js:\d+|This is a defect/);
  expect(said).not.toContain("\u001b[");
}

/** One list of an answer. */
const listOf = async (name: string, ...args: string[]): Promise<unknown> =>
  z.looseObject({ schema_version: z.literal(1), [name]: z.unknown() }).parse(await asJson(...args))[name];

describe.concurrent("--json", () => {
  it("tasks", async () => {
    expect(await listOf("tasks", "tasks")).toEqual([
      {
        id: running,
        title: "runs on",
        priority: 2,
        status: "in_progress",
        coder: "shell",
        model: null,
        cwd: fleet.project,
        project: "project",
        tries: 0,
        state: "running",
        reason: null,
        why: null,
        not_before: null,
        closed_at: null,
        grade: null,
        tokens: null,
        context_percent: null,
        cost_usd: null,
        attempt: 1,
        elapsed_ms: expect.any(Number),
        quiet_ms: expect.any(Number),
        last_action: "text: on it",
        liveness: { kind: "working", since: expect.stringMatching(/^\d{4}-.*Z$/), text: "working" },
        limits: [{ limit: "timeout", used: expect.any(Number), of: 7_200_000 }],
      },
    ]);
  });

  it("tasks --all", async () => {
    const rows = await listOf("tasks", "tasks", "--all");
    const told = Array.isArray(rows)
      ? rows.map((row: Record<string, unknown>) => [row["id"], row["state"], row["reason"]])
      : [];
    expect(told).toEqual([
      [running, "running", null],
      [failed, "needs-you", "failed 1 time, the last: exit 3: the reason"],
      [ready, "ready", "the fleet is paused: fleet resume"],
      [blocked, "blocked", `waits for ${ready}`],
      [closed, "closed", "exit 0"],
    ]);
  });

  it("explain: why a task waits, what changes that, what runs does, what closed it", async () => {
    expect(await asJson("explain", blocked)).toMatchObject({
      id: blocked,
      state: "blocked",
      reason: `waits for ${ready}`,
      why: { kind: "dependencies", on: [ready] },
      not_before: null,
      ends: "the end of those tasks",
      commands: [`fleet bd dep remove ${blocked} ${ready}`],
    });
    expect(await asJson("explain", ready)).toMatchObject({
      state: "ready",
      why: { kind: "paused" },
      commands: ["fleet resume"],
    });
    expect(await asJson("explain", running)).toMatchObject({ state: "running", why: null, last_action: "text: on it" });
    expect(await asJson("explain", closed)).toMatchObject({ state: "closed", why: null, reason: "exit 0" });
    expect(await fleet.ok(["explain", running])).toMatch(/running {2}runs on\n {2}attempt 1; working; text: on it\n/);
    expect(await fleet.ok(["explain", ready])).toContain("\n  the fleet is paused: fleet resume\n");
  });

  it("task ID, its attempts", async () => {
    expect(await listOf("attempts", "task", failed)).toEqual([
      {
        attempt: 1,
        account: "shell",
        checks: [],
        files: null,
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        coder: "shell",
        cwd: fleet.project,
        started_at: expect.stringMatching(/^\d{4}-.*Z$/),
        outcome: "failed",
        reason: "exit 3: the reason",
        counts: true,
        duration_ms: expect.any(Number),
        exit_code: 3,
        tokens: 0,
        dir: fleet.dir(failed),
        // What is not there is null, never absent.
        model: null,
        session: null,
        resume: null,
        added: null,
        deleted: null,
        liveness: null,
        cost_usd: null,
        turns: null,
      },
    ]);
    expect(await listOf("attempts", "task", running)).toMatchObject([{ attempt: 1, reason: "running" }]);
  });

  it("task ID log, receipt, stderr, prompt, plan", async () => {
    const lines = (await fleet.ok(["task", closed, "log", "--json"])).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: "text", text: "hello", at: expect.any(String) },
    ]);
    expect(await asJson("task", closed, "receipt")).toMatchObject({
      tools_finished: 0,
      reports_tools: false,
      exit_code: 0,
      verdict: "done",
    });
    expect(await asJson("task", closed, "stderr")).toMatchObject({ exists: true, text: "oops\n" });
    expect(await asJson("task", closed, "prompt")).toMatchObject({ exists: true });
    expect(await asJson("task", closed, "plan")).toMatchObject({ exists: false, text: "" });
  });

  it("config show", async () => {
    expect(await asJson("config", "show")).toMatchObject({
      max_concurrent: 2,
      poll_interval: "100ms",
      default_coder: "shell",
    });
  });

  it("coders: a missing one does not stop the others", async () => {
    expect(await listOf("coders", "coders")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "shell", default: true, kind: "found" }),
        expect.objectContaining({ name: "claude", default: false }),
        expect.objectContaining({ name: "missing", kind: "missing" }),
      ]),
    );
  });

  it("run status", async () => {
    expect(await asJson("run", "status")).toEqual({
      schema_version: 1,
      home: fleet.home,
      running: true,
      pid: fleet.supervisor(),
      since: expect.any(String),
      suspended: false,
      elsewhere: null,
      newer_version: null,
      blind: null,
      hold: null,
      version: expect.any(String),
      mode: "paused",
      max_concurrent: 2,
      config_problems: [],
      parked: [],
      attempts_elsewhere: [],
      taken_off: [],
      questions: 0,
      held_back: [],
      standstill: [],
      limits: [],
      tasks: { running: 1, "needs-you": 1, held: 0, waiting: 0, ready: 1, blocked: 1, container: 0, closed: 1 },
      waits: [
        expect.objectContaining({ state: "needs-you", tasks: 1, commands: [expect.stringMatching(/^fleet retry /)] }),
        expect.objectContaining({ state: "ready", tasks: 1, commands: ["fleet resume"] }),
      ],
      unreadable: [],
      problems: [],
      cgroups: { kind: "none", why: "FLEET_CGROUP=off" },
    });
  });

  it("log: a line each", async () => {
    const entries = (await fleet.ok(["log", "--json"])).trim().split("\n");
    const told: unknown[] = entries.map((line) => JSON.parse(line));
    expect(told).toEqual(
      expect.arrayContaining([expect.objectContaining({ event: "done", task: closed, text: "attempt 1: exit 0" })]),
    );
  });
});

it("a process of its own answers the same: text, JSON, help, and what is refused by each", async () => {
  for (const args of [
    ["tasks", "--all", "--json"],
    ["config", "show"],
    ["run", "--help"],
    ["bd", "show", closed, "--json"],
    ["taks"],
    ["task", "nope"],
    ["bd", "redy"],
  ]) {
    const [own, here] = [await fleet.run(args, { own: true }), await fleet.run(args)];
    const timeless = ({ code, stdout, stderr }: Ran): unknown => [
      code,
      stdout.replaceAll(/"(elapsed_ms|quiet_ms|used)": ?[\d.]+/g, ""),
      stderr,
    ];
    expect([args, timeless(own)]).toEqual([args, timeless(here)]);
  }
});

it("help of a command is its --help; for an unknown one, the command that was meant", async () => {
  for (const words of [["tasks"], ["run"], ["bd"], ["bd", "dep", "add"], ["show"]]) {
    const [help, asked] = await Promise.all([fleet.run(["help", ...words]), fleet.run([...words, "--help"])]);
    expect(help).toEqual(asked);
    expect(help).toMatchObject({ code: 0, stderr: "" });
  }
  for (const argv of [
    ["help", "taks"],
    ["taks", "--help"],
  ]) {
    const ran = await fleet.run(argv);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain('unknown command "taks"; did you mean task');
  }
});

it("tasks --all of a pause between tries: the time of day for people, RFC 3339 in a field of its own for programs", async () => {
  await using own = await Fleet.make({ retry_backoff: "10m", retry_backoff_max: "10m" });
  const id = await own.task("fails", "echo the reason >&2; exit 3");
  await own.supervise();
  // Before it is claimed it is open, too.
  await until("its end", () => own.outcomes(id)[0] !== undefined);
  await own.settled(id, "open");
  const [row] = JSON.parse(await own.ok(["tasks", "--all", "--json"])).tasks;
  expect(row).toMatchObject({ id, state: "waiting", reason: "exit 3: the reason" });
  expect(row.not_before).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
  const time = moment(Date.parse(row.not_before), Date.now());
  expect(await own.ok(["tasks", "--all"])).toMatch(new RegExp(`exit 3: the reason; again in 1\\dm, at ${time}`));
});

it("--json of kill where nothing runs, and of retry", async () => {
  expect(await asJson("kill", closed)).toMatchObject({ done: [{ id: closed, killed: false }], errors: [] });
  expect(await asJson("retry", failed)).toMatchObject({ done: [{ id: failed, status: "open" }], errors: [] });
  expect(await listOf("tasks", "tasks", "--all")).toEqual(
    expect.arrayContaining([expect.objectContaining({ id: failed, state: "ready", tries: 0 })]),
  );
});

it("--json of kill and retry tells what was done of several, and what could not be", async () => {
  for (const [verb, done] of [
    ["kill", { id: closed, killed: false }],
    ["retry", { id: failed, status: "open" }],
  ] as const) {
    const { code, stdout, stderr } = await fleet.run([verb, "nope", done.id, "nay", "--json"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      done: [done],
      errors: ["nope", "nay"].map((id) => ({ id, error: `no issue found matching "${id}"`, where: null })),
    });
  }
});

it("an error is one JSON object on standard output where --json asks for it", async () => {
  for (const [args, code, error] of [
    [["task", "nope", "--json"], 1, 'no issue found matching "nope"'],
    [["tasks", "--jsn", "--json"], 2, /jsn/],
    [["--json", "config", "shw"], 2, /unknown/],
  ] as const) {
    const ran = await fleet.run(args);
    expect([ran.code, ran.stderr]).toEqual([code, ""]);
    const told = z.strictObject({
      schema_version: z.literal(1),
      error: z.string(),
      where: z.null(),
      hint: z.string().nullable(),
    });
    expect(told.parse(JSON.parse(ran.stdout)).error).toMatch(error);
  }
});

it("retry of several continues after one that runs, and names each that failed", async () => {
  const { code, stdout, stderr } = await fleet.run(["retry", running, failed, "nope"]);
  expect([code, stdout]).toEqual([1, expect.stringContaining(failed)]);
  expect(stderr).toContain(`Error: ${running}: ${running} is running\n  run: fleet kill ${running}\n`);
  expect(stderr).toContain('Error: nope: no issue found matching "nope"');
});

describe("what a person reads", () => {
  it("is plain when piped, and coloured when asked for", async () => {
    for (const args of [
      ["tasks", "--all"],
      ["run", "status"],
      ["coders"],
      ["config", "show"],
      ["task", closed],
      ["log"],
      ["--help"],
    ]) {
      const { code, stdout, stderr } = await fleet.run(args);
      expect([args, code, stdout.includes("\u001b["), stderr]).toEqual([args, 0, false, ""]);
    }
    const coloured = await fleet.run(["run", "status"], { env: { NO_COLOR: undefined, CLICOLOR_FORCE: "1" } });
    expect(coloured.stdout).toContain("\u001b[");
  });

  it("tasks: id, coder, project, title, last action; and why what does not run does not", async () => {
    const out = await fleet.ok(["tasks", "--all"]);
    expect(out).toMatch(new RegExp(`${running} +shell +project +\\d+.* +runs on +on it`));
    expect(out).toMatch(new RegExp(`blocked +${blocked} .*waits for ${ready}`));
  });

  it("tasks: of one state, project or coder; what there is not is refused with what there is", async () => {
    const ids = async (...args: string[]): Promise<unknown[]> =>
      z
        .array(z.looseObject({ id: z.string() }))
        .parse(await listOf("tasks", "tasks", ...args))
        .map(({ id }) => id);
    expect(await ids("--state", "closed")).toEqual([closed]);
    expect(await ids("--state", "blocked", "--project", fleet.project)).toEqual([blocked]);
    expect(await ids("--coder", "claude")).toEqual([]);
    for (const [args, says] of [
      [["--state", "blokced"], "needs-you"],
      [["--project", "nowhere"], "project"],
      [["--coder", "nobody"], "shell"],
      [["--watch"], "--watch needs a terminal"],
    ] as const) {
      const ran = await fleet.run(["tasks", ...args]);
      expect([args, ran.code, ran.stdout]).toEqual([args, 2, ""]);
      expect(ran.stderr).toContain(says);
    }
  });

  it("tasks: a project is named as the list has it, also the root; where there is none, nothing is suggested", async () => {
    await using own = await Fleet.make();
    const refusal = async (): Promise<string> => (await own.run(["tasks", "--project", "nowhere"])).stderr;
    expect(await refusal()).toBe('Error: no project "nowhere": there is none\n  run: fleet tasks --help\n');
    await own.ok(["create", "in root", "--cwd", "/", "--coder", "claude", "--defer", "2099-01-01"]);
    expect(await refusal()).toBe('Error: no project "nowhere": /\n  run: fleet tasks --project /\n');
    expect(await own.ok(["tasks", "--project", "/", "--all"])).toContain("in root");
  });

  it("log: one task's, the last so many, since then, only some events", async () => {
    const one = await fleet.ok(["log", failed]);
    expect(one).toContain("exit 3");
    expect(one).not.toContain(closed);
    expect((await fleet.ok(["log", "-n", "2"])).split("\n").filter((line) => /^\d\d:/.test(line))).toHaveLength(2);
    expect(await fleet.ok(["log", "--event", "done", "--since", "1d"])).toMatch(new RegExp(`done +${closed}`));
    expect((await fleet.run(["log", "--since", "5"])).stderr).toContain("neither a duration nor a time: 5");
    expect((await fleet.run(["log", "-n", "many"])).code).toBe(2);
  });

  it("task ID prompt --preview prints the next prompt; a misspelt name in prompt.md is refused", async () => {
    await using own = await Fleet.make();
    const id = await own.task("has a prompt", "do it", { coder: "claude" });
    expect(await own.ok(["task", id, "prompt", "--preview"])).toMatch(
      new RegExp(`^You are claude/…, attempt 1 on task ${id}, started by fleet in ${own.project}\\.\n`),
    );
    writeFileSync(join(own.home, "prompt.md"), "Do {{titel}}.\n");
    const refused = await own.run(["task", id, "prompt", "--preview"]);
    writeFileSync(join(own.home, "prompt.md"), "Do {{title}}.\n");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("prompt.md, line 1: unknown name {{titel}}; did you mean {{title}}?"),
    });
    expect(JSON.parse(await own.ok(["task", id, "prompt", "--preview", "--json"]))).toMatchObject({
      id,
      attempt: 1,
      coder: "claude",
      text: "Do has a prompt.\n",
    });
  });

  it("task ID: begins with what the task is, before its attempts", async () => {
    const text = await fleet.ok(["task", blocked]);
    expect(text).toMatch(new RegExp(`^${blocked}  .*\\nstate +blocked: waits for ${ready}`));
    expect(text).toMatch(new RegExp(`waits for +${ready}`));
    expect(text).toContain("It has not started yet.");
  });

  it("task ID log -f waits for the first attempt, and follows it until its end", async () => {
    await using own = await Fleet.make();
    const id = await own.task("runs on", "echo on it; while [ ! -e go ]; do sleep 0.05; done");
    const following = own.run(["task", id, "log", "-f"]);
    await own.supervise();
    await until("it runs", async () => (await own.run(["task", id, "log"])).stdout.includes("on it"));
    own.write("go");
    await own.settled(id, "closed");
    expect(await following).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("on it"),
      stderr: `${id} has not started yet; this waits until it has (Ctrl-C to stop).\n`,
    });
  });

  it("a reader that goes away is not an error", async () => {
    const command = `"${process.execPath}" "${FLEET}" log | head -n 1; "${process.execPath}" "${FLEET}" tasks --all --json | head -c 1`;
    const shell = spawn("bash", ["-o", "pipefail", "-c", command], {
      env: { ...process.env, ...fleet.env },
      cwd: fleet.project,
    });
    let said = "";
    shell.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    shell.stdout.resume();
    const code = await new Promise((resolve) => shell.once("close", resolve));
    expect([code, said]).toEqual([0, ""]);
  });
});

describe.concurrent("an error is a line, and names what to run", () => {
  it.each<[args: string[], code: number, says: RegExp]>([
    [["taks"], 2, /unknown command "taks"; did you mean tasks or task\?\n.*run: fleet tasks --help/],
    [["bd", "redy"], 1, /Did you mean this\?\n\tready/],
    [["tasks", "--al"], 2, /unknown option --al; did you mean --all\?\n.*run: fleet tasks --help/],
    [["run", "strat"], 2, /fleet run strat: unknown\n.*usage: fleet run start\|stop/],
    [["run"], 2, /missing ACTION; usage: fleet run ACTION\n/],
    [["config", "sho"], 2, /unknown\n.*usage: fleet config show/],
    [["config", "set", "max_concurent=3"], 1, /unknown setting max_concurent \(did you mean max_concurrent/],
    [["config", "set", "max_concurrent=many"], 1, /max_concurrent: /],
    [["config", "set", "max_concurrent=[1"], 1, /not a value in YAML/],
    [
      ["config", "set", "task_timeout=5"],
      2,
      /task_timeout: 5 what\? Write 5s, 5m or 5h\n.*run: fleet config set task_timeout=5h/,
    ],
    [["config", "set", "nonsense"], 2, /not KEY=VALUE: "nonsense"/],
    [["task", "nope"], 1, /no issue found matching "nope"\n.*run: fleet bd list/],
    [["task", "", "log"], 1, /no issue found|Error/],
    [["explain", "nope"], 1, /no issue found matching "nope"\n.*run: fleet bd list/],
    [["kill", "nope"], 1, /no issue found matching "nope"/],
    [["retry", "nope"], 1, /no issue found matching "nope"/],
  ])("%j", async (args, code, says) => {
    const ran = await fleet.run(args);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(ran.stderr).toMatch(says);
    isDecent(ran);
  });

  it("of a view or an attempt that is not there", async () => {
    for (const [args, says] of [
      [["task", closed, "lgo"], "no view"],
      [["task", closed, "lgo"], `run: fleet task ${closed} log`],
      [["task", closed, "log", "-n", "7"], "has no attempt 7; there are 1"],
      [["task", closed, "-n", "7"], "has no attempt 7; there are 1"],
      [["task", blocked, "-n", "2"], "has not started yet"],
      [["task", blocked, "receipt"], "has not started yet"],
    ] as const) {
      const ran = await fleet.run(args);
      expect(ran.code).toBeGreaterThan(0);
      expect(ran.stderr).toContain(says);
      isDecent(ran);
    }
  });

  it("of a home that is not there, is a file, or can't be written", async () => {
    const file = join(fleet.root, "file");
    writeFileSync(file, "x");
    mkdirSync(join(fleet.root, "empty"));
    for (const home of [join(fleet.root, "nowhere"), file, join(file, "below"), join(fleet.root, "empty")]) {
      for (const args of [["tasks"], ["pause"]]) {
        const ran = await fleet.run(args, { env: { FLEET_HOME: home } });
        expect([home, args, ran.code]).toEqual([home, args, 1]);
        isDecent(ran);
      }
    }
    const started = await fleet.run(["run", "start"], { env: { FLEET_HOME: join(file, "below") } });
    expect(started.code).toBe(1);
    isDecent(started);
  });
});

it("an epic is not counted as ready; the second task of a directory names the one it waits for, even without a supervisor", async () => {
  await using own = await Fleet.make({ max_per_cwd: "1" });
  const first = await own.task("works", "echo on it; while [ ! -e go ]; do sleep 0.05; done");
  await own.start();
  await until("it runs", () => own.issue(first).status === "in_progress");
  const second = await own.task("waits", "true");
  const epic = (await own.ok(["bd", "create", "--silent", "epic", "-t", "epic"])).trim();
  expect(await own.ok(["bd", "ready"])).toContain(epic);
  const status = JSON.parse(await own.ok(["run", "status", "--json"]));
  expect(status.tasks).toMatchObject({ running: 1, ready: 1, container: 1, held: 0 });
  const why = { kind: "directory-full", directory: own.project, max: 1, by: [first], elsewhere: {} };
  const told = async (): Promise<unknown> => JSON.parse(await own.ok(["explain", second, "--json"]));
  expect(await told()).toMatchObject({ state: "ready", why, reason: expect.stringContaining(`(${first})`) });
  await own.killSupervisor();
  expect(await told()).toMatchObject({ state: "ready", why: { kind: "unsupervised" } });
  own.write("go");
  await own.supervise();
  await own.settled(second, "closed");
});

it("without a supervisor: status exits 3, drain does not wait for ever, tasks says so", async () => {
  await using own = await Fleet.make();
  const status = await own.run(["run", "status", "--json"]);
  expect([status.code, JSON.parse(status.stdout)]).toEqual([
    3,
    expect.objectContaining({ running: false, mode: "running" }),
  ]);
  expect(await own.ok(["tasks"])).toBe("No tasks running.\nNo supervisor is running: fleet run start\n");
  expect((await own.run(["drain"])).code).toBe(0);
  expect(await own.ok(["resume"])).toContain("No supervisor is running: fleet run start");
  const init = await own.ok(["init"]);
  expect(init).toContain("already exists");
});
