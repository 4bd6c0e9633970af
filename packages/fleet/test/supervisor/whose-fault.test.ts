/** Whose fault it was, through a real supervisor: what the coders print decides what is held, what is a try, and what resumes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { readParked } from "../../src/engine/shell/state/parked.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const line = (value: object): string => `echo '${JSON.stringify(value)}'`;
const CLOSE = 'fleet bd close "$FLEET_TASK_ID" --reason done >&2';

const INIT = line({ type: "system", subtype: "init", session_id: "s", model: "m" });
const ANSWER = line({
  type: "assistant",
  message: {
    id: "m1",
    usage: { input_tokens: 1000 },
    content: [{ type: "tool_use", id: "t1", name: "Bash", input: { command: "work" } }],
  },
});
const END = line({ type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t1", is_error: false }] } });
const COST = { m: { inputTokens: 1000, outputTokens: 200, costUSD: 0.004, contextWindow: 200_000 } };
const closing = (more: object): string =>
  line({ type: "result", subtype: "success", is_error: false, result: "done", num_turns: 1, ...more });
const UNREACHED = closing({ is_error: true, api_error: "connection_failed", result: "Connection refused" });
const RETRIES = line({ type: "system", subtype: "api_retry", attempt: 1, max_retries: 10, error_status: 529 });

const BROKE = "Your workspace is out of credits. Add credits to continue.";
const codex = (...items: object[]): string => items.map(line).join("\n");
const RAN = { id: "i", type: "command_execution", command: "work", exit_code: 0, status: "completed" };
const THREAD = { type: "thread.started", thread_id: "th" };

const STEP = line({ type: "step_start", sessionID: "ses_1", part: {} });
const TOOL = line({
  type: "tool_use",
  sessionID: "ses_1",
  part: { tool: "bash", callID: "c1", state: { status: "completed", input: { command: "x" }, metadata: { exit: 0 } } },
});
const STOP = [
  line({ type: "text", sessionID: "ses_1", part: { text: "all done" } }),
  line({ type: "step_finish", sessionID: "ses_1", part: { reason: "stop" } }),
].join("\n");
const LOST = line({
  type: "error",
  sessionID: "ses_1",
  error: { name: "NotFoundError", data: { message: "Session not found: ses_1" } },
});

const SHELL = [
  line({ type: "init", session_id: "g", model: "gm" }),
  line({ type: "tool_use", tool_name: "run_shell_command", tool_id: "t", parameters: { command: "make" } }),
  line({ type: "tool_result", tool_id: "t", status: "success", output: "boom" }),
].join("\n");

/** The nth attempt of a task does the nth of these; `$AT` is its number, `$WHO` its account. */
const RUNS: Readonly<Record<string, readonly [coder: string, steps: readonly string[]]>> = {
  outage: [
    "claude",
    [`${INIT}; ${UNREACHED}; exit 1`, `${INIT}; ${ANSWER}; ${CLOSE}; ${END}; ${closing({ modelUsage: COST })}`],
  ],
  credit: [
    "codex",
    [
      `${codex(THREAD, { type: "turn.failed", error: { message: BROKE } })}; exit 1`,
      `${codex(THREAD, { type: "item.completed", item: RAN })}; ${CLOSE}; ${codex({ type: "turn.completed", usage: {} })}`,
    ],
  ],
  lost: ["opencode", [`${STEP}; ${TOOL}; exit 3`, `${LOST}; exit 1`, `${STEP}; ${TOOL}; ${CLOSE}; ${STOP}`]],
  untold: ["gemini", [`${SHELL}; ${CLOSE}; ${line({ type: "result", status: "success" })}`]],
  killed: ["claude", [`${INIT}; ${ANSWER}; echo it >killed; exec sleep 60`]],
  limited: ["claude", [`${INIT}; ${RETRIES}; exec sleep 60`]],
};

let fleet: Fleet;
beforeAll(async () => {
  const accounts = `mcp: false
accounts:
  empty: { coder: codex, order: 1, env: { WHO: empty } }
  full: { coder: codex, order: 2, env: { WHO: full } }
`;
  fleet = await Fleet.make({ max_attempts: "3", limit_pause: "1s" }, accounts);
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  const cases = Object.entries(RUNS).flatMap(([name, [, steps]]) =>
    steps.map((step, i) => {
      const which = i + 1 < steps.length ? `*"RUN ${name} ."*' ${i + 1}'` : `*"RUN ${name} ."*`;
      return `${which}) ${step} ;;\n`;
    }),
  );
  const script = `#!/bin/sh
case " $*" in *--version*) echo 1; exit ;; esac
n=$(ls "$FLEET_HOME/tasks/$FLEET_TASK_ID/attempts" | wc -l | tr -d " ")
prompt="$* $( [ -t 0 ] || cat )"
case "$prompt $n" in
${cases.join("")}esac
`;
  for (const coder of ["claude", "codex", "opencode", "gemini"])
    writeFileSync(join(bin, coder), script, { mode: 0o755 });
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const run = async (name: string): Promise<string> => {
  const path = [join(fleet.root, "bin"), fleet.env["PATH"] ?? ""].join(delimiter);
  return await fleet.task(name, `RUN ${name} .`, { coder: RUNS[name]?.[0] ?? "", metadata: { path } });
};
const accounts = async (): Promise<unknown> => JSON.parse(await fleet.ok(["accounts", "--json"]));

it("an outage is not a try: its account waits for a moment, and the task continues in its session", async () => {
  const id = await run("outage");
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["outage", "done"]);
  expect(fleet.outcome(id)).toMatchObject({ parks: "outage", counts: false, reason: "Connection refused" });
  expect(fleet.tries(id)).toBe(0);
  expect(readAttempt(fleet.dir(id, 2))).toMatchObject({ resumed: true });
  expect(fleet.journal()).toMatch(/claude waits until .*Connection refused/);
});

it("a claude that is killed has cost what it printed, at the price that one before it told", async () => {
  const id = await run("killed");
  await fleet.file("killed");
  await fleet.ok(["kill", id]);
  const { usage } = await fleet.attempted(id);
  // A thousand tokens in at two millionths of a dollar, and a few words.
  expect(usage.cost_usd).toBeGreaterThanOrEqual(0.002);
  expect(usage.cost_usd).toBeLessThan(0.003);
});

it("an account without credit is held for a person, does not count as a try, and the next account takes over", async () => {
  const id = await run("credit");
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["no-credit", "done"]);
  expect([1, 2].map((n) => readAttempt(fleet.dir(id, n))?.account)).toEqual(["empty", "full"]);
  expect(fleet.tries(id)).toBe(0);
  expect(readParked(fleet.home)["empty"]).toMatchObject({ kind: "credit", reason: expect.stringContaining(BROKE) });
});

it("a session that is gone does not count as a try, and the next attempt starts fresh", async () => {
  const id = await run("lost");
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["failed", "session-lost", "done"]);
  expect(fleet.outcome(id, 2)).toMatchObject({ counts: false });
  expect([1, 2, 3].map((n) => readAttempt(fleet.dir(id, n))?.resumed)).toEqual([false, true, false]);
});

it("commands of which gemini does not tell whether they failed, and nothing changed: a person is asked", async () => {
  const id = await run("untold");
  const { kind, reason } = await fleet.attempted(id);
  expect([kind, reason]).toEqual(["asked", expect.stringContaining("does not say whether they failed")]);
});

it("fleet accounts names the attempts that only try again", async () => {
  const id = await run("limited");
  const limited = [{ task: id, by: expect.stringContaining("529") }];
  await until("it shows", async () => (await fleet.ok(["accounts"])).includes("(1 limited)"));
  expect(await accounts()).toMatchObject({
    accounts: expect.arrayContaining([expect.objectContaining({ name: "claude", limited })]),
  });
  await fleet.ok(["kill", id]);
});
