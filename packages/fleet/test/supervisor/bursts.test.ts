/** Signals from outside: whom `pkill` of one agent hits, and that what hits several is nobody's try. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";

import { shellWords } from "@fleet/kit/shell";

import { readPid } from "../../src/attempts/records/record.ts";
import { burstOf, burstWords, type Hit, hitOf, SUPERVISOR } from "../../src/engine/core/bursts.ts";
import { firstIn, mayContain, printedIn, runInContainer, superviseInContainer } from "../support/container.ts";
import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

describe("a burst", () => {
  const hit = (who: string, at: number, signal = "SIGTERM"): Hit => ({ who, at, signal });
  const mine = hit("a", 10_000);

  it("is the same signal to others within a few seconds, before or after", () => {
    const others = [hit("b", 8_000), hit("c", 12_000), hit("d", 14_000), hit("e", 10_000, "SIGKILL")];
    const burst = burstOf(mine, [mine, ...others, hit("b", 8_000)], 3_000, 99_000);
    expect(burst).toEqual({ kind: "burst", signal: "SIGTERM", others: 2, supervisor: false });
  });

  it("is one attempt whose supervisor the same signal has ended", () => {
    const burst = burstOf(mine, [mine, hit(SUPERVISOR, 9_900)], 3_000, 99_000);
    expect(burst.kind === "burst" && burstWords(burst)).toBe(
      "ended by SIGTERM from outside, which hit the supervisor at the same time",
    );
  });

  it("is not known while others may be ending, and is none after that", () => {
    expect(burstOf(mine, [mine], 3_000, 12_000)).toEqual({ kind: "open" });
    expect(burstOf(mine, [mine], 3_000, 13_001)).toEqual({ kind: "alone" });
    expect(burstOf(mine, [mine], 3_000, 5_000)).toEqual({ kind: "alone" });
  });

  it("is of signals only: gemini's exit codes are an HTTP status less 256", () => {
    const ended = { who: "a", isStopped: false, exitedAt: 7, vanishedAt: 9 };
    const signals = (codes: readonly number[]) => codes.map((exitCode) => hitOf({ ...ended, exitCode })?.signal);
    expect(signals([1, 127, 139, 144, 173, 255])).toEqual(Array(6).fill(undefined));
    expect(signals([129, 130, 137, 143])).toEqual(["SIGHUP", "SIGINT", "SIGKILL", "SIGTERM"]);
  });

  it("hits whom fleet did not stop, and with SIGKILL whose wrapper is gone without an exit status", () => {
    const ended = { who: "a", isStopped: false, exitCode: 143, exitedAt: 7, vanishedAt: undefined };
    expect(hitOf(ended)).toEqual({ who: "a", signal: "SIGTERM", at: 7 });
    expect(hitOf({ ...ended, isStopped: true })).toBeUndefined();
    const gone = { ...ended, exitCode: undefined, exitedAt: undefined };
    expect(hitOf({ ...gone, vanishedAt: 9 })).toEqual({ who: "a", signal: "SIGKILL", at: 9 });
    expect(hitOf(gone)).toBeUndefined();
  });
});

const WAIT = 'echo $$ >>"ran.$FLEET_TASK_ID"; while [ ! -e go ]; do sleep 0.05; done';

/** What is hit at once ends within this, however busy the machine. */
const LOADED = { signalBurst: 60_000 };

it.concurrent("several attempts ended by one signal are not tries", async () => {
  await using fleet = await Fleet.make({}, "", LOADED);
  const [one, two] = [await fleet.task("a", WAIT), await fleet.task("b", WAIT)];
  const whole = [await fleet.task("c", WAIT), await fleet.task("d", WAIT)];
  await fleet.supervise();
  await until("all run", () => [one, two, ...whole].every((id) => fleet.ran(id) !== ""));
  for (const id of [one, two]) process.kill(Number(fleet.ran(id).trim()), "SIGTERM");
  expect(await fleet.attempted(one)).toMatchObject({ kind: "interrupted", counts: false, becomes: "open" });
  expect(await fleet.attempted(two)).toMatchObject({
    kind: "interrupted",
    reason: "ended by SIGTERM from outside, which hit 1 other attempt at the same time",
  });
  for (const id of whole) {
    const wrapper = readPid(fleet.dir(id));
    if (wrapper.kind === "wrapper") process.kill(-wrapper.pid, "SIGKILL");
  }
  for (const id of whole)
    expect(await fleet.attempted(id)).toMatchObject({
      kind: "interrupted",
      reason: expect.stringContaining("SIGKILL"),
    });
  fleet.write("go");
  for (const id of [one, two]) await fleet.settled(id, "closed");
  expect([one, two].map((id) => fleet.tries(id))).toEqual([0, 0]);
});

it.concurrent("one attempt ended by a signal alone is a try", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("a", WAIT);
  await fleet.supervise();
  await until("it runs", () => fleet.ran(id) !== "");
  process.kill(Number(fleet.ran(id).trim()), "SIGKILL");
  expect(await fleet.attempted(id)).toMatchObject({ kind: "failed", counts: true });
  fleet.write("go");
  await fleet.settled(id, "closed");
  expect(fleet.tries(id)).toBe(1);
});

it.concurrent("one attempt that ends by the signal that its supervisor got is not a try", async () => {
  await using fleet = await Fleet.make({}, "", LOADED);
  const id = await fleet.task("a", WAIT);
  const pid = await fleet.start();
  await until("it runs", () => fleet.ran(id) !== "");
  const wrapper = readPid(fleet.dir(id));
  process.kill(pid, "SIGTERM");
  process.kill(Number(fleet.ran(id).trim()), "SIGTERM");
  await until("both are gone", () => !isAlive(pid) && wrapper.kind === "wrapper" && !isAlive(wrapper.pid));
  await fleet.supervise();
  expect(await fleet.attempted(id)).toMatchObject({ kind: "interrupted", counts: false });
  fleet.write("go");
  await fleet.settled(id, "closed");
});

it.runIf(mayContain).concurrent(
  "as PID 1 of a container it stops at SIGTERM, because nothing lives on without it",
  async () => {
    await using fleet = await Fleet.make({ shutdown_grace: "10m" });
    const id = await fleet.task("a", WAIT);
    const container = superviseInContainer(fleet);
    const ended = new Promise<number | null>((resolve) => container.once("exit", resolve));
    await until("it runs", () => fleet.ran(id) !== "");
    process.kill(firstIn(container), "SIGTERM");
    fleet.write("go");
    expect(await ended).toBe(143);
    expect(fleet.outcomes(id)).toEqual(["done"]);
  },
);

/** An agent that ends "its" server, three times. */
const CULPRIT = `
i=1
for command in "pkill -f webapp" "pkill -f fleet" "pkill node"; do
  while [ ! -e "step$i" ]; do sleep 0.05; done
  $command; touch "hit$i"; i=$((i+1))
done
`;

const CLAUDE = `#!/bin/sh
echo '{"type":"system","subtype":"init","session_id":"s","model":"m"}'
touch on.claude
while [ ! -e go ]; do sleep 0.05; done
echo '{"type":"assistant","message":{"id":"m1","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{}}]}}'
fleet bd close "$FLEET_TASK_ID" --reason done >&2
echo '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","is_error":false}]}}'
echo '{"type":"result","subtype":"success","is_error":false,"num_turns":2,"result":"done","session_id":"s"}'
`;

/** A coder that is a program of node's, as codex and gemini are. */
const CODEX = `#!/usr/bin/env node
process.title = "node";
const { appendFileSync, existsSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const say = (line) => console.log(JSON.stringify(line));
say({ type: "thread.started", thread_id: process.env.FLEET_TASK_ID });
appendFileSync("on." + process.env.FLEET_TASK_ID, "on\\n");
const item = { id: "i1", type: "command_execution", command: "work", exit_code: 0, status: "completed" };
const look = setInterval(() => {
  if (!existsSync("go")) return;
  clearInterval(look);
  spawnSync("fleet", ["bd", "close", process.env.FLEET_TASK_ID, "--reason", "done"]);
  say({ type: "item.completed", item });
  say({ type: "item.completed", item: { id: "i2", type: "agent_message", text: "done" } });
  say({ type: "turn.completed", usage: {} });
}, 50);
`;

// In a container, so that `pkill` finds nobody else's processes.
it.runIf(mayContain)(
  "after `pkill -f webapp`, `pkill -f fleet` and `pkill node` by one agent the others continue or are adopted, and none counts as a try",
  { timeout: 120_000 },
  async () => {
    const bin = mkdtempSync("/tmp/cli-");
    try {
      await using fleet = await Fleet.make({}, "", LOADED, "webapp");
      for (const [name, text] of Object.entries({ claude: CLAUDE, codex: CODEX }))
        writeFileSync(join(bin, name), text, { mode: 0o755 });
      const metadata = { path: [bin, fleet.env["PATH"] ?? ""].join(delimiter) };
      const culprit = await fleet.task("ends its server", CULPRIT);
      const script = await fleet.task("script", WAIT);
      const claude = await fleet.task("claude", "wait", { coder: "claude", metadata });
      const codexes = [1, 2].map(async (n) => await fleet.task(`codex ${n}`, "wait", { coder: "codex", metadata }));
      const [first = "", second = ""] = await Promise.all(codexes);
      const fleetly = (...args: string[]): string => shellWords([process.execPath, FLEET, ...args]);
      const control = `cd ${shellWords([fleet.project])} && ${fleetly("run", "start")} || exit 1
while [ ! -e hit2 ]; do sleep 0.05; done
while ${fleetly("run", "status")} >/dev/null; do sleep 0.2; done
${fleetly("run", "start")} && touch back
while [ ! -e end ]; do sleep 0.05; done
${fleetly("run", "stop")}`;
      const container = runInContainer(fleet, ["bash", "-c", control]);
      const ended = new Promise<number | null>((resolve) => container.once("exit", resolve));
      const there = (name: string): boolean => existsSync(join(fleet.project, name));
      const times = (id: string): number =>
        there(`on.${id}`) ? readFileSync(join(fleet.project, `on.${id}`), "utf8").split("\n").length - 1 : 0;
      try {
        await until(
          "all run",
          () => there("on.claude") && fleet.ran(script) !== "" && times(first) * times(second) === 1,
        );
        fleet.write("step1");
        await until("the first pkill", () => there("hit1"));
        fleet.write("step2");
        await until("the next supervisor", () => there("back"));
        expect(fleet.journal()).toContain(
          "SIGTERM from another process, not from fleet run stop; 5 attempts left running",
        );
        fleet.write("step3");
        await until("both of node's run again", () => times(first) * times(second) === 4);
        fleet.write("go");
        for (const id of [culprit, script, claude, first, second]) await fleet.settled(id, "closed");
        expect([culprit, script, claude].map((id) => fleet.outcomes(id))).toEqual([["done"], ["done"], ["done"]]);
        for (const id of [first, second]) expect(fleet.outcomes(id)).toEqual(["interrupted", "done"]);
        expect([culprit, script, claude, first, second].map((id) => fleet.tries(id))).toEqual([0, 0, 0, 0, 0]);
      } catch (error) {
        throw new Error(`${printedIn(fleet)}\n${fleet.journal()}`, { cause: error });
      } finally {
        for (const name of ["hit2", "go", "end"]) fleet.write(name);
        await ended;
      }
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  },
);
