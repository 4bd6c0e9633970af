/** What an agent's `pkill` ends of others, in a container where it reaches nobody else. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";

import { shellWords } from "@fleet/kit/shell";

import { mayContain, printedIn, runInContainer } from "../support/container.ts";
import { Fleet, FLEET } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { WAIT, LOADED } from "./hit.ts";

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
