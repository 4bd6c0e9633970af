/** When the work of an attempt is over: when nothing of it is open, whatever line it has printed. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { readStop } from "../../src/attempts/records/stop.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const line = (value: object): string => `echo '${JSON.stringify(value)}'`;

const INIT = line({ type: "system", subtype: "init", session_id: "s", model: "m" });
const RESULT = {
  type: "result",
  subtype: "success",
  is_error: false,
  num_turns: 2,
  result: "all done",
  session_id: "s",
};
const NOTIFIED = line({ ...RESULT, num_turns: 0, result: "", origin: { kind: "task-notification" } });
const BEGIN = line({
  type: "assistant",
  message: { id: "m1", content: [{ type: "tool_use", id: "t1", name: "Bash", input: { command: "work" } }] },
});
const END = line({ type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t1", is_error: false }] } });
const CLOSE = 'fleet bd close "$FLEET_TASK_ID" --reason done >&2';

/** Longer than the grace; in a session of its own, as coders run their tools. */
const LONG = (name: string): string =>
  `setsid sh -c 'i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done; touch ${name}'`;

const STEP = line({ type: "step_start", sessionID: "ses_1", part: {} });
const FAILED = line({
  type: "error",
  sessionID: "ses_1",
  error: { name: "APIError", data: { message: "overloaded" } },
});
const TOOL = line({
  type: "tool_use",
  sessionID: "ses_1",
  part: { tool: "bash", callID: "c1", state: { status: "completed", input: { command: "work" } } },
});
const SAID = line({ type: "text", sessionID: "ses_1", part: { text: "all done" } });
const STOP = line({ type: "step_finish", sessionID: "ses_1", part: { reason: "stop" } });

/** What a scripted coder does, by a word of its task. */
const RUNS = {
  "push-after-close": ["claude", [INIT, BEGIN, CLOSE, LONG("push-after-close"), END, line(RESULT)]],
  "notified-first": ["claude", [INIT, NOTIFIED, BEGIN, LONG("notified-first"), CLOSE, END, line(RESULT)]],
  "tool-after-result": ["claude", [INIT, line(RESULT), BEGIN, LONG("tool-after-result"), CLOSE, END, line(RESULT)]],
  "push-untold": ["opencode", [STEP, CLOSE, LONG("push-untold"), TOOL, SAID, STOP]],
  "error-first": ["opencode", [STEP, FAILED, "sleep 2", STEP, CLOSE, TOOL, SAID, STOP, "touch error-first"]],
  script: ["shell", [CLOSE, LONG("script").replace("setsid ", "")]],
} as const;

let fleet: Fleet;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  fleet = await Fleet.make({ max_attempts: "1" }, "mcp: false\n");
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  const cases = Object.entries(RUNS).map(([name, [, steps]]) => `*"RUN ${name} "*) ${steps.join("\n")} ;;\n`);
  for (const coder of ["claude", "opencode"])
    writeFileSync(join(bin, coder), `#!/bin/sh\ncase $(cat) in\n${cases.join("")}esac\n`, { mode: 0o755 });
  const metadata = { path: [bin, fleet.env["PATH"] ?? ""].join(delimiter) };
  const made = Object.entries(RUNS).map(async ([name, [coder, steps]]): Promise<[string, string]> => {
    const description = coder === "shell" ? steps.join("\n") : `RUN ${name} .`;
    return [name, await fleet.task(name, description, { coder, metadata })];
  });
  ids = new Map(await Promise.all(made));
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

it.each([
  ["waits for a push in the tool that closed the task", "push-after-close"],
  ["takes the result of a background notification for none", "notified-first"],
  ["waits for a tool that began after a result", "tool-after-result"],
  ["waits for a push in a tool of which no event tells", "push-untold"],
  ["waits for what comes after an error", "error-first"],
  ["lets a script work on that has closed its task", "script"],
])("%s", async (_, name) => {
  const id = ids.get(name) ?? "";
  await fleet.settled(id, "closed");
  await until("all of it was done", () => existsSync(join(fleet.project, name)));
  expect(fleet.outcomes(id)).toEqual(["done"]);
  expect(readStop(fleet.dir(id))).toBeUndefined();
});
