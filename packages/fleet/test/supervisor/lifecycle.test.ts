/** The supervisor as a process: one per home, how it stops, hands over, takes settings up, and leaves. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { heldBy } from "@fleet/store/claims";

import { readPid } from "../../src/attempts/records/pid-file.ts";
import { askToStop } from "../../src/engine/shell/state/stop-word.ts";
import { deleteHome } from "../support/delete-home.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { WAIT, started, tasks } from "./waiting.ts";

describe.concurrent("one supervisor per home", () => {
  it("a second start starts nothing, a second foreground names the first, status says whether it runs", async () => {
    await using fleet = await Fleet.make();
    expect(await fleet.run(["run", "status"])).toMatchObject({ code: 3, stdout: expect.stringContaining("stopped") });
    const pid = await fleet.start();
    expect(JSON.parse(await fleet.ok(["run", "start", "--json"]))).toMatchObject({
      running: true,
      started: false,
      pid,
    });
    const second = await fleet.run(["run", "foreground"]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`is already running: pid ${pid}`) });
    expect(JSON.parse(await fleet.ok(["run", "status", "--json"]))).toMatchObject({
      running: true,
      pid,
      mode: "running",
    });
    expect(await fleet.ok(["run", "stop"])).toBe("Supervisor stopped; no processes left.\n");
    expect(isAlive(pid)).toBe(false);
    expect(JSON.parse(await fleet.ok(["run", "stop", "--json"]))).toMatchObject({ running: false, stopped: false });
    expect((await fleet.run(["run", "status"])).code).toBe(3);
  });
});

it.concurrent("hands over at an unannounced signal, says so, exits with its number, and is followed", async () => {
  await using fleet = await Fleet.make();
  const [id = ""] = await tasks(fleet, 1);
  for (const [adopted, signal, code] of [
    [0, "SIGTERM", 143],
    [1, "SIGINT", 130],
    [2, "SIGQUIT", 131],
  ] as const) {
    const child = fleet.spawn(["run", "foreground"]);
    for (const stream of [child.stdout, child.stderr]) stream.resume();
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await until("the supervisor", () => fleet.supervisor() !== undefined && started(fleet, [id]).length === 1);
    await until("it has it", () => fleet.journal().split('"event":"adopt"').length === adopted + 1);
    // A word that was left for another supervisor is none for this one.
    if (signal === "SIGTERM") askToStop(fleet.home, { process: "1-1-a.b.c", since: "then" }, "ann");
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(fleet.journal()).toContain(
      `${signal} from another process, not from fleet run stop; 1 attempt left running`,
    );
  }
  fleet.write("go");
  await fleet.start();
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["done"]);
});

describe.concurrent("stop", () => {
  it(
    "waits for running attempts, up to the grace, then puts them back into the queue without a try",
    { timeout: 120_000 },
    async () => {
      await using fleet = await Fleet.make({ shutdown_grace: "1500ms" });
      const [short, long] = [await fleet.task("short", "sleep 0.5"), await fleet.task("long", WAIT)];
      await fleet.start();
      await until("it runs", () => started(fleet, [long]).length === 1 && heldBy(fleet.issue(short)) !== undefined);
      expect(await fleet.run(["run", "stop"])).toMatchObject({
        stdout: `Supervisor stopped; no processes left. Interrupted, and back in the queue: ${long}\n`,
        stderr: expect.stringMatching(/^Waiting for \d running attempts? to end, 2s at most: tt-/),
      });
      expect(fleet.issue(short).status).toBe("closed");
      expect(fleet.issue(long).status).toBe("open");
      expect(fleet.outcome(long)).toMatchObject({ kind: "killed", counts: false, becomes: "open" });
      expect(fleet.processes()).toEqual([]);
      fleet.write("go");
      await fleet.start();
      await fleet.settled(long, "closed");
    },
  );

  it("claims nothing more once it was asked to", async () => {
    await using fleet = await Fleet.make({ max_concurrent: "1", shutdown_grace: "20s" });
    const ids = await tasks(fleet, 2);
    const pid = await fleet.start();
    await until("one runs", () => started(fleet, ids).length === 1);
    fleet.askToStop();
    fleet.write("go");
    await until("its end", () => !isAlive(pid));
    expect(ids.map((id) => fleet.issue(id).status).sort()).toEqual(["closed", "open"]);
  });
});

it.concurrent("restart hands running attempts over, and interrupts nothing (LESSONS 8)", async () => {
  await using fleet = await Fleet.make();
  const ids = await tasks(fleet, 3);
  const first = await fleet.start();
  await until("three that run", () => started(fleet, ids).length === 3);
  const wrappers = ids.map((id) => readPid(fleet.dir(id)));
  expect(await fleet.ok(["run", "restart"])).toMatch(
    /^Supervisor restarted \(pid \d+\); 3 running attempts handed over\. Watch it: /,
  );
  expect(fleet.supervisor()).not.toBe(first);
  expect(ids.map((id) => readPid(fleet.dir(id)))).toEqual(wrappers);
  fleet.write("go");
  for (const id of ids) await fleet.settled(id, "closed");
  expect(ids.map((id) => fleet.ran(id))).toEqual(ids.map(() => "start\nend\n"));
});

describe.concurrent("limits", () => {
  it(
    "max_concurrent, priority then oldest first, and a change applied while it runs",
    { timeout: 120_000 },
    async () => {
      await using fleet = await Fleet.make({ max_concurrent: "1" });
      const script =
        'echo "$FLEET_TASK_ID" >>order; while [ ! -e "go.$FLEET_TASK_ID" ] && [ ! -e go ]; do sleep 0.05; done';
      const make = async (priority: number): Promise<string> => await fleet.task(`P${priority}`, script, { priority });
      const [second, third, first, last] = [await make(2), await make(2), await make(1), await make(4)];
      const order = (): string[] =>
        existsSync(join(fleet.project, "order"))
          ? readFileSync(join(fleet.project, "order"), "utf8").trim().split("\n")
          : [];
      await fleet.supervise();
      await until("one runs", () => order().length === 1);
      fleet.write(`go.${first}`);
      await until("the next", () => order().length === 2);
      expect(fleet.attemptProcesses().length).toBeGreaterThan(0);
      await fleet.ok(["config", "set", "max_concurrent=3"]);
      await until("three at once", () => order().length === 4);
      expect(order().slice(0, 2)).toEqual([first, second]);
      expect(new Set(order().slice(2))).toEqual(new Set([third, last]));
      expect(fleet.journal()).toContain("config reloaded");
      fleet.write("go");
      for (const id of [first, second, third, last]) await fleet.settled(id, "closed");
    },
  );

  it("max_per_cwd (two names of one directory are one, so are two in one working tree) and max_per_coder (LESSONS 12)", async () => {
    const more = 'coders: { other: { argv: [sh, "{prompt_file}"], prompt: script, exit_zero: done } }\n';
    await using fleet = await Fleet.make({ max_per_cwd: "1", max_per_coder: "{ other: 1 }" }, more);
    const [a, b, c] = [join(fleet.root, "a"), join(fleet.root, "b"), join(fleet.root, "c")];
    for (const dir of [a, b, join(b, "sub")]) mkdirSync(dir);
    symlinkSync(a, c);
    execFileSync("git", ["init", "-q", b], { env: fleet.env });
    const script = `touch "${fleet.project}/on.$FLEET_TASK_ID"; while [ ! -e "${fleet.project}/go" ]; do sleep 0.05; done`;
    const one = await fleet.task("in a", script, { cwd: a });
    const two = await fleet.task("in a by its other name", script, { cwd: c });
    const three = await fleet.task("in b", script, { cwd: b, coder: "other" });
    const four = await fleet.task("of the other coder", script, { coder: "other" });
    const five = await fleet.task("elsewhere", script, { cwd: fleet.root });
    const six = await fleet.task("below b, which is a working tree", script, { cwd: join(b, "sub") });
    const all = [one, two, three, four, five, six];
    const on = (): string[] => all.filter((id) => existsSync(join(fleet.project, `on.${id}`)));
    await fleet.supervise();
    await until("those that may", () => on().length === 3);
    expect(on()).toEqual([one, three, five]);
    fleet.write("go");
    for (const id of all) await fleet.settled(id, "closed");
  });
});

describe.concurrent("settings", () => {
  it("a bad file keeps the last good ones and says so; a supervisor that starts on it uses what was last accepted", async () => {
    await using fleet = await Fleet.make({ default_coder: "shell", max_concurrent: "2" });
    await fleet.start();
    await until("its settings are accepted", () => fleet.journal().includes("up to 2 at once"));
    writeFileSync(join(fleet.home, "config.yaml"), "max_concurrent: 2\nmax_concurent: 9\ndefault_coder: [\n");
    await until("word of it", () => fleet.journal().includes("config.yaml is invalid"));
    expect(fleet.journal()).toMatch(/config\.yaml:\d+:\d+: /);
    const status = await fleet.ok(["run", "status"]);
    expect(status).toContain("still using the previous settings");
    const id = await fleet.task("all the same", "true");
    await fleet.settled(id, "closed");
    const restart = await fleet.run(["run", "restart"]);
    expect(restart).toMatchObject({ code: 1, stderr: expect.stringContaining("config.yaml is invalid") });
    await fleet.killSupervisor();
    const child = fleet.spawn(["run", "foreground"]);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stderr.resume();
    await until("the start", () => said.includes("up to 2 at once"));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  });

  it("a home with a bad file and no accepted settings has no supervisor", async () => {
    await using fleet = await Fleet.make();
    writeFileSync(join(fleet.home, "config.yaml"), "max_concurrent: many\n");
    for (const action of ["start", "foreground"]) {
      const { code, stderr } = await fleet.run(["run", action]);
      expect(code).toBe(1);
      expect(stderr).toContain("max_concurrent: ");
      expect(stderr).not.toContain("    at ");
    }
    expect(fleet.processes()).toEqual([]);
  });
});

describe.concurrent("a home that goes away", () => {
  it("deleted: what ran is ended, the supervisor leaves, and nothing makes a home again (LESSONS 7)", async () => {
    await using fleet = await Fleet.make();
    const ids = await tasks(fleet, 2, `${WAIT}; sleep 100`);
    await fleet.start();
    await until("two that run", () => started(fleet, ids).length === 2);
    await deleteHome(fleet.home);
    await until("no process left", () => fleet.processes().length === 0);
    expect(existsSync(fleet.home) ? readdirSync(fleet.home, { recursive: true }) : []).toEqual([]);
  });
});
