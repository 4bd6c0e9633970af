/** codex's recordings, each with the exit code it was recorded with. */
import { describe, expect, test } from "vitest";
import { codex } from "../src/codex/index.ts";
import { lines, NOTHING, recordings, request, run, UNSEEN, verdict } from "./recordings.ts";

const done = { kind: "completed" } as const;
const minute = { kind: "failed", cause: "minute" } as const;
const outage = { kind: "failed", cause: "outage" } as const;
const failed = { kind: "failed", cause: "task" } as const;

type Row = readonly [scenario: string, code: number, verdict: object, facts: object];

const TABLE: readonly Row[] = [
  [
    "success",
    0,
    done,
    { toolsFinished: 1, toolsOk: 1, input: 200, output: 40, errors: 0, lastText: "Done: wrote out.txt" },
  ],
  // "Model metadata not found" is an item of type error, in a run that succeeds.
  ["claim", 0, done, { toolsFinished: 0, result: { ok: true }, errors: 1 }],
  ["cmdfail", 0, done, { toolsFinished: 1, toolsOk: 0 }],
  ["bgtool", 0, done, { toolsFinished: 1 }],
  ["patch", 0, done, { toolsFinished: 0 }],
  ["patch-item", 0, done, { toolsFinished: 1, toolsOk: 1 }],
  ["plan", 0, done, { toolsFinished: 0 }],
  ["sandboxed", 0, done, { toolsFinished: 1 }],
  // The sandbox kept the command from running, and nothing says so but the absent tool.
  ["sandboxro", 0, done, { toolsFinished: 0, result: { ok: true } }],
  ["hugeusage", 0, done, { input: 530_100, output: 1_220 }],
  ["resume", 0, done, { session: "01a1fdd4-f907-7c43-a0e4-3b01f1438ce8", input: 300 }],
  ["resume-after-kill", 0, done, { input: 100 }],

  ["ratelimit", 1, minute, { limit: { state: "rejected", scope: "minute" }, result: { cause: "minute" } }],
  ["ratelimit-defaults", 1, minute, { errors: 2 }],
  ["sse_ratelimit", 1, minute, {}],
  [
    "usage_limit",
    1,
    { kind: "failed", cause: "window", clock: "12:19 PM" },
    { limit: { state: "rejected", scope: "window", clock: "12:19 PM" } },
  ],
  ["overloaded", 1, outage, { limit: { state: "rejected", scope: "outage" } }],
  ["error500", 1, outage, { result: { cause: "outage" } }],
  ["error500-defaults", 1, outage, {}],
  ["quota", 1, { kind: "failed", cause: "credit" }, { result: { ok: false, cause: "credit" } }],
  ["auth", 1, { kind: "failed", cause: "sign-in" }, {}],
  ["nokey", 1, { kind: "failed", cause: "sign-in" }, {}],
  ["sse_context", 1, { kind: "failed", cause: "context" }, {}],
  ["badreq", 1, failed, { result: { cause: "task" } }],
  ["destroy", 1, outage, {}],
  ["truncated", 1, outage, { lastText: "partial" }],
  ["hang_mid", 1, outage, {}],
  ["hang", 143, { ...failed, reason: "ended by SIGTERM" }, { result: undefined }],
];

test("every recording has its row", () => {
  expect(TABLE.map(([scenario]) => scenario).sort()).toEqual([...recordings("codex").keys()].sort());
});

test.each(TABLE)("%s", (scenario, code, expected, facts) => {
  const log = lines("codex", scenario);
  expect(verdict(codex, log, code)).toMatchObject(expected);
  expect({ ...NOTHING, ...run(codex, log).facts }).toMatchObject(facts);
});

test("a resumed thread's usage leaves out what earlier runs were charged", () => {
  const { facts } = run(codex, lines("codex", "resume"), { input: 200, output: 40, costUsd: 0 });
  expect(facts).toMatchObject({ input: 100, output: 20 });
});

test("a retry that recovers is not a failure", () => {
  const log = lines("codex", "ratelimit-defaults").slice(0, 5);
  const { facts } = run(codex, [...log, ...lines("codex", "claim").slice(3)]);
  expect(facts.limit).toMatchObject({ state: "retrying", scope: "minute" });
  expect(codex.classify({ kind: "exited", code: 0 }, facts, "")).toEqual(done);
});

test("words of the model that sound like a limit are only words", () => {
  const text = "You’ve hit your usage limit. Try again at 12:19 PM.";
  const said = JSON.stringify({ type: "item.completed", item: { id: "item_9", type: "agent_message", text } });
  const { facts } = run(codex, [said]);
  expect(facts.limit).toBeUndefined();
  expect(codex.classify({ kind: "exited", code: 1 }, facts, "")).toMatchObject(failed);
});

test("a turn that starts after the end of one takes its result back", () => {
  const log = lines("codex", "success");
  const turn = log.findIndex((line) => line.includes('"turn.started"'));
  const second = [...log, ...log.slice(turn, -1)];
  expect(run(codex, second).facts).toMatchObject({ session: run(codex, log).facts.session });
  expect(run(codex, second).facts.result).toBeUndefined();
  expect(verdict(codex, [...second, ...log.slice(-1)], 0)).toEqual(done);
});

test("an open command is shown as the person would type it", () => {
  const { facts } = run(codex, lines("codex", "success").slice(0, 4));
  expect(facts.toolsOpen).toEqual([{ id: "item_1", tool: "exec", summary: "echo hi > out.txt" }]);
  expect(facts.lastAction).toBe("exec: echo hi > out.txt");
});

test("a lost exit status leaves the stream to say it", () => {
  const log = lines("codex", "success");
  expect(verdict(codex, log, UNSEEN)).toEqual(done);
  expect(verdict(codex, log.slice(0, -1), UNSEEN)).toMatchObject(failed);
});

test("an unknown thread leaves only standard error", () => {
  const stderr = "WARNING: x\nError: thread/resume failed: no rollout found for thread id 01a1 (code -32600)\n";
  expect(verdict(codex, [], 1, stderr)).toMatchObject({
    kind: "failed",
    cause: "lost-session",
    reason: expect.stringContaining("no rollout found"),
  });
});

describe("command", () => {
  test("a new thread, a model", () => {
    const { file, args, stdin } = codex.command(request({ model: "gpt-5.5" }));
    expect([file, ...args].join(" ")).toBe(
      "codex exec --json --dangerously-bypass-approvals-and-sandbox --skip-git-repo-check -c allow_login_shell=false -m gpt-5.5 -",
    );
    expect(stdin).toBe("prompt");
  });

  test("an MCP server, as settings of the run's own under a name that tells nothing of fleet", () => {
    const mcp = { name: "fleet", command: "/h/bin/fleet", args: ["mcp"], env: { A: "t", B: 'q"' }, timeoutMs: 5001 };
    expect(codex.command(request({ mcp })).args.slice(6, -1)).toEqual([
      "-c",
      'mcp_servers.queue.command="/h/bin/fleet"',
      "-c",
      'mcp_servers.queue.args=["mcp"]',
      "-c",
      'mcp_servers.queue.env={"A"="t", "B"="q\\""}',
      "-c",
      "mcp_servers.queue.tool_timeout_sec=6",
    ]);
  });

  test("going on", () => {
    expect(codex.command(request({ resume: "01a1" })).args.join(" ")).toBe(
      "exec resume --json --dangerously-bypass-approvals-and-sandbox --skip-git-repo-check -c allow_login_shell=false 01a1 -",
    );
  });
});

test.each([
  ["/bin/bash -lc 'npm test'", "npm test", undefined],
  [`/bin/bash -lc "grep -n 'it' a"`, "grep -n 'it' a", true],
  // As recorded: several kinds of quotes in one word.
  [`/bin/bash -lc "echo 'x' && echo "'$! > bg.pid'`, "echo 'x' && echo $! > bg.pid", undefined],
  [String.raw`/bin/bash -lc 'echo '\''a; rm -rf src'`, "echo 'a; rm -rf src", undefined],
  ["ls -la", "ls -la", true],
])("the command inside %s", (command, summary, reads) => {
  const item = {
    id: "1",
    type: "command_execution",
    command,
    aggregated_output: "",
    exit_code: 0,
    status: "completed",
  };
  const { events } = codex.decode(JSON.stringify({ type: "item.completed", item }), codex.start());
  expect(events).toEqual([expect.objectContaining({ kind: "tool-finished", summary })]);
  expect(events.map((event) => event.kind === "tool-finished" && event.reads)).toEqual([reads]);
});
