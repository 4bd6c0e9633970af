/** claude's recordings, each with the exit code it was recorded with (measured: 1 but for success; 143 where it was stopped). */
import { describe, expect, test } from "vitest";
import { claude } from "../src/claude/index.ts";
import type { Facts } from "../src/facts.ts";
import { exited, lines, matching, NOTHING, recordings, request, run, UNSEEN, verdict } from "./recordings.ts";

const done = { kind: "completed" } as const;
const minute = { kind: "failed", cause: "minute" } as const;
const outage = { kind: "failed", cause: "outage" } as const;
const failed = { kind: "failed", cause: "task" } as const;
const RETRYING_429 = { kind: "limit", state: "retrying", scope: "minute" };
const RETRYING_529 = { kind: "limit", state: "retrying", scope: "outage" };

type Row = readonly [scenario: string, code: number, verdict: object, facts: object];

const TABLE: readonly Row[] = [
  ["success", 0, done, { toolsFinished: 1, toolsOk: 1, input: 200, output: 40, costUsd: 0.0008, window: 1_000_000 }],
  ["claim", 0, done, { toolsFinished: 0, result: { ok: true }, lastAction: /^text: All done/ }],
  ["sessionid", 0, done, { session: "11111111-2222-4333-8444-555555555555", toolsFinished: 1 }],
  // 300 tokens and 0.0012 in the session's totals, of which 100 and 0.0004 are this run's.
  ["resume", 0, done, { session: "11111111-2222-4333-8444-555555555555", input: 100, output: 20, costUsd: 0.0004 }],
  ["resume-fork", 0, done, { input: 100, output: 20, costUsd: 0.0004 }],
  ["resume-after-kill", 0, done, { input: 100, output: 20 }],
  ["resume-missing", 1, { kind: "failed", cause: "lost-session", reason: /No conversation found/ }, {}],
  ["hugeusage", 0, done, { context: 195_000, input: 385_000, output: 1_200, costUsd: 0.782 }],
  ["compact", 0, done, { context: 100, input: 606_400, toolsFinished: 4 }],
  ["mcp", 0, done, { toolsFinished: 1, model: "claude-sonnet-5-5" }],
  // The tool that asks does not exist in this mode: the call is refused, the run continues.
  ["ask", 0, done, { question: "Which?", toolsFinished: 1, toolsOk: 0 }],
  ["hooks", 0, done, { toolsOk: 1 }],
  ["hooks-block", 0, done, { toolsFinished: 1, toolsOk: 0 }],
  ["stophook", 0, done, { toolsFinished: 0 }],
  ["bgtool", 0, done, { toolsFinished: 1, background: 0 }],
  // Stopped after its result, because a background task kept it there.
  ["bgtool2", 143, done, { toolsFinished: 1, background: 0, result: { ok: true } }],

  ["ratelimit", 1, minute, { limit: RETRYING_429, result: { ok: false, cause: "minute" } }],
  ["ratelimit-retries1", 1, minute, { limit: RETRYING_429 }],
  ["warning", 0, done, { limit: undefined }],
  [
    "oauth-ratelimit",
    1,
    { kind: "failed", cause: "window", until: "2026-11-21T12:13:07.000Z", reason: /5-hour limit/ },
    { limit: { state: "rejected", scope: "window", window: "five_hour", detail: "five_hour limit rejected" } },
  ],
  [
    "oauth-ratelimit_mid",
    1,
    { kind: "failed", cause: "window", until: "2026-11-21T12:27:51.000Z" },
    {
      toolsFinished: 1,
      input: 100,
      windows: {
        five_hour: { status: "rejected", utilization: 1 },
        seven_day: { status: "allowed", utilization: 0.4 },
      },
    },
  ],
  ["oauth-success", 0, done, { toolsFinished: 1, limit: undefined, windows: undefined }],
  [
    "oauth-warning",
    0,
    done,
    {
      limit: {
        state: "warning",
        until: "2026-11-21T12:13:08.000Z",
        window: "five_hour",
        utilization: 0.92,
        detail: "five_hour limit allowed_warning, 92 % used",
      },
      windows: {
        five_hour: { status: "allowed_warning", utilization: 0.92, until: "2026-11-21T12:13:08.000Z" },
        seven_day: { status: "allowed", utilization: 0.4, until: "2026-11-22T12:13:08.000Z" },
      },
    },
  ],
  ["overloaded", 1, outage, { limit: RETRYING_529, result: { ok: false, cause: "outage" } }],
  ["overloaded-retries0", 1, outage, {}],
  ["overloaded_once", 0, done, { limit: RETRYING_529, lastText: "recovered" }],

  ["auth-retries0", 1, { kind: "failed", cause: "sign-in", reason: /Invalid API key/ }, {}],
  ["oauth-auth", 1, { kind: "failed", cause: "sign-in", reason: /Not logged in/ }, { errors: 3 }],
  ["nokey", 1, { kind: "failed", cause: "sign-in", reason: /Not logged in/ }, { input: 0 }],
  ["credit", 1, { kind: "failed", cause: "credit", reason: /Credit balance is too low/ }, {}],
  ["hooks-ratelimit", 1, { kind: "failed", cause: "credit", reason: /Credit balance is too low/ }, {}],
  ["toolong", 1, { kind: "failed", cause: "context", reason: /Prompt is too long/ }, {}],
  [
    "maxturns",
    1,
    { kind: "failed", cause: "turns", reason: /maximum number of turns/ },
    { toolsFinished: 2, result: { cause: "turns" } },
  ],
  [
    "maxbudget",
    1,
    { kind: "failed", cause: "budget", reason: /maximum budget/ },
    { costUsd: 0.0012, toolsFinished: 2, toolsOpen: [] },
  ],
  ["maxtok", 1, failed, { result: { ok: false, cause: "task" } }],
  ["refusal", 1, { ...failed, reason: /safeguards/ }, {}],
  ["error500-retries0", 1, outage, { result: { cause: "outage" } }],
  ["destroy-retries0", 1, { ...outage, reason: /Connection dropped/ }, {}],
  ["hang-timeout3s", 1, { ...outage, reason: /timed out/ }, {}],

  // Stopped while nothing, or nothing more, came.
  ["hang", 143, { ...failed, reason: "ended by SIGTERM" }, { events: 1, result: undefined }],
  ["hang_mid", 143, { ...failed, reason: "ended by SIGTERM" }, {}],
  ["auth", 143, failed, { errors: 7, lastError: /authentication_failed/ }],
  ["ratelimit_mid", 143, failed, { toolsFinished: 1, limit: RETRYING_429 }],
  ["oauth-overloaded", 143, failed, { limit: RETRYING_529 }],
  ["fallback", 143, failed, { limit: RETRYING_529 }],
];

test("every recording has its row", () => {
  expect(TABLE.map(([scenario]) => scenario).sort()).toEqual([...recordings("claude").keys()].sort());
});

test.each(TABLE)("%s", (scenario, code, expected, facts) => {
  const log = lines("claude", scenario);
  expect(verdict(claude, log, code)).toMatchObject(matching(expected));
  expect({ ...NOTHING, ...run(claude, log).facts }).toMatchObject(matching(facts));
});

describe("what a run that was killed has cost", () => {
  const PRICE = 2e-6;
  const whole = lines("claude", "success");
  const cut = whole.filter((line) => !line.includes('"type":"result"'));

  test("is reckoned from its requests and words, at the price that an earlier run told: rather too little than too much", () => {
    const [{ costUsd = 0, input, output }, ended] = [
      run(claude, cut, undefined, PRICE).facts,
      run(claude, whole).facts,
    ];
    expect(ended.price).toBeCloseTo(PRICE, 12);
    expect(input).toBe(ended.input);
    expect(output).toBeGreaterThan(0);
    expect(output).toBeLessThanOrEqual(ended.output);
    expect(costUsd).toBeGreaterThan(input * PRICE);
    expect(costUsd).toBeLessThanOrEqual(ended.costUsd ?? 0);
  });

  test("is not known where no run has told a price; its tokens are", () => {
    expect(run(claude, cut).facts.costUsd).toBeUndefined();
    expect(run(claude, cut).facts).toMatchObject({ input: 200, output: expect.any(Number) });
  });

  test("is what its result says, whatever was reckoned before", () => {
    expect(run(claude, whole, undefined, 1).facts.costUsd).toBeCloseTo(0.0008, 9);
  });

  test("is counted once, when the run that resumes its session reports the cost of both", () => {
    const killed = run(claude, cut, undefined, PRICE).facts;
    const counted = { input: killed.input, output: killed.output, costUsd: killed.costUsd ?? 0 };
    const goesOn = run(claude, lines("claude", "resume"), counted).facts;
    expect(counted.costUsd + (goesOn.costUsd ?? 0)).toBeCloseTo(0.0012, 9);
  });

  test.each(["hugeusage", "compact", "maxbudget"])(
    "the price is the same in %s, whatever its tokens are",
    (scenario) => {
      expect(run(claude, lines("claude", scenario)).facts.price).toBeCloseTo(PRICE, 12);
    },
  );
});

describe("waiting for a person", () => {
  const CAN_USE = {
    type: "control_request",
    request_id: "r1",
    request: { subtype: "can_use_tool", tool_name: "Bash", input: { command: "rm -rf build" } },
  };
  const waitingAfter = (log: readonly string[]) => run(claude, log).facts.waiting;

  test("a question, until the tool that asks it is refused", () => {
    const log = lines("claude", "ask");
    const asked = log.findIndex((line) => line.includes('"name":"AskUserQuestion"')) + 1;
    expect(waitingAfter(log.slice(0, asked))).toEqual({ for: "question", text: "Which?" });
    expect(waitingAfter(log)).toBeUndefined();
    expect(run(claude, log).facts.question).toBe("Which?");
  });

  test("permission request: waiting until the next event", () => {
    const asked = [...lines("claude", "success").slice(0, 1), JSON.stringify(CAN_USE)];
    expect(waitingAfter(asked)).toEqual({ for: "permission", text: "Bash: rm -rf build" });
    const limit = JSON.stringify({ type: "system", subtype: "api_retry", attempt: 1 });
    expect(waitingAfter([...asked, limit])).toBeDefined();
    expect(waitingAfter([...asked, ...lines("claude", "success").slice(1)])).toBeUndefined();
  });

  test("other requests of that kind need no person", () => {
    const hook = { type: "control_request", request: { subtype: "hook_callback" } };
    expect(run(claude, [JSON.stringify(hook)]).facts).toMatchObject({ events: 0 });
  });
});

describe("a result that is not an end", () => {
  const success = lines("claude", "success");
  const zero = { type: "result", subtype: "success", is_error: false, num_turns: 0, result: "", session_id: "s" };
  const refused = {
    ...zero,
    result: undefined,
    subtype: "error_during_execution",
    is_error: true,
    errors: ["only prompt commands"],
  };

  test.each([["in words", "task-notification"] as const, ["as an object", { kind: "task-notification" }] as const])(
    "is that of a background task's notification, without a turn (%s)",
    (_, origin) => {
      const notified = [...success.slice(0, 1), JSON.stringify({ ...zero, origin })];
      expect(run(claude, notified).facts.result).toBeUndefined();
      expect(verdict(claude, [...notified, ...success.slice(1)], 0)).toEqual({ kind: "completed" });
      expect(verdict(claude, notified, 0)).toEqual({ ...failed, reason: "ended without a result" });
    },
  );

  test("is one without a turn after the result of the run, whatever it says", () => {
    const { facts } = run(claude, [...success, JSON.stringify(refused)]);
    expect(facts).toMatchObject({ result: { ok: true }, errors: 1, lastError: "only prompt commands" });
    expect(verdict(claude, [...success, JSON.stringify(refused)], 0)).toEqual({ kind: "completed" });
  });

  test("is one after which a tool begins, and that of the tool's turn is the end", () => {
    const tool = success.findIndex((line) => line.includes('"type":"tool_use"'));
    const last = success.slice(-1);
    const { facts } = run(claude, [...success.slice(0, tool), ...last, ...success.slice(tool, tool + 1)]);
    expect(facts.result).toBeUndefined();
    expect(facts.toolsOpen).toMatchObject([{ tool: "Bash" }]);
    expect(run(claude, [...success.slice(0, tool), ...last, ...success.slice(tool)]).facts).toMatchObject({
      result: { ok: true },
      toolsOpen: [],
    });
  });

  test("is none where it is the only line: a session that can't be resumed", () => {
    expect(verdict(claude, [JSON.stringify(refused)], 1)).toEqual({ ...failed, reason: "only prompt commands" });
  });
});

describe("exits", () => {
  const success = lines("claude", "success");

  test("SIGINT ends with 0 and a result that is not ok", () => {
    const log = [
      ...success.slice(0, 3),
      JSON.stringify({ type: "result", is_error: true, terminal_reason: "aborted_tools" }),
    ];
    expect(verdict(claude, log, 0)).toEqual({ ...failed, reason: "aborted_tools" });
  });

  test("0 without a result is not completed", () => {
    expect(verdict(claude, success.slice(0, 4), 0)).toEqual({ ...failed, reason: "ended without a result" });
  });

  test("a lost exit status leaves the stream to say it", () => {
    expect(verdict(claude, success, UNSEEN)).toEqual({ kind: "completed" });
    expect(verdict(claude, success.slice(0, 4), UNSEEN)).toMatchObject({ kind: "failed" });
    expect(verdict(claude, lines("claude", "oauth-ratelimit").slice(0, 2), UNSEEN)).toMatchObject({
      kind: "failed",
      cause: "window",
      until: "2026-11-21T12:13:07.000Z",
    });
  });

  test.each([1, 128, 130, 137, 255])("a good result is a claim, also with exit %i", (code) => {
    expect(verdict(claude, success, code, "boom\n")).toEqual({ kind: "completed" });
  });

  test("an error that comes after a good result, with nothing done in between, leaves the claim", () => {
    const late = JSON.stringify({
      type: "result",
      is_error: true,
      num_turns: 2,
      result: "only prompt commands are supported",
    });
    const { facts } = run(claude, [...success, late]);
    expect(claude.classify(exited(1), facts, "")).toEqual({ kind: "completed" });
    expect(facts.lastError).toBe("only prompt commands are supported");
    expect(verdict(claude, [...success, ...success.slice(1, -1), late], 1)).toMatchObject({ kind: "failed" });
  });

  test("refused options leave only standard error", () => {
    const stderr = "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons\n";
    expect(claude.classify(exited(1), run(claude, []).facts, stderr)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("root/sudo"),
    });
  });

  test("not found, not executable", () => {
    const empty = run(claude, []).facts;
    expect(claude.classify(exited(127), empty, "fleet: 1: exec: claude: not found")).toEqual({
      kind: "spawn-failed",
      reason: "fleet: 1: exec: claude: not found",
    });
    expect(claude.classify(exited(126), empty, "")).toMatchObject({ kind: "spawn-failed" });
    expect(verdict(claude, success.slice(0, 2), 127)).toMatchObject({ kind: "failed" });
  });
});

describe("a session that continues after its result", () => {
  const log = lines("claude", "success");

  test("takes the result back, and adds up what both parts used", () => {
    const goesOn = run(claude, [...log, log[0] ?? ""]).facts;
    expect(goesOn.result).toBeUndefined();
    expect(run(claude, [...log, ...log]).facts).toMatchObject({ input: 400, output: 80, result: { ok: true } });
  });

  test("background tasks are counted while they are open", () => {
    const open = lines("claude", "bgtool2").slice(0, 8);
    expect(run(claude, open).facts).toMatchObject({ background: 1, result: { ok: true } });
  });
});

describe("usage", () => {
  test("is reported during the run, once per message", () => {
    const facts: Facts = run(claude, lines("claude", "hugeusage").slice(0, 4)).facts;
    expect(facts).toMatchObject({ input: 190_000, context: 190_000 });
    expect(facts.window).toBeUndefined();
  });

  test("shrinks with the context after a compaction", () => {
    const log = lines("claude", "compact");
    const boundary = log.findIndex((line) => line.includes("compact_boundary"));
    expect(run(claude, log.slice(0, boundary + 1)).facts.context).toBe(4_850);
  });

  test("a subagent's requests are counted, but are not the context", () => {
    const assistant = (id: string, parent: string | null, tokens: number) =>
      JSON.stringify({
        type: "assistant",
        parent_tool_use_id: parent,
        message: { id, content: [], usage: { input_tokens: tokens, cache_read_input_tokens: 1_000 } },
      });
    const log = [
      assistant("a", null, 5),
      assistant("b", "toolu_1", 70),
      assistant("a", null, 5),
      assistant("b", "toolu_1", 70),
    ];
    expect(run(claude, log).facts).toMatchObject({ input: 2_075, context: 1_005 });
  });

  test("without the increment, what earlier runs were counted for is taken off the total", () => {
    const older = lines("claude", "resume").map((line) => line.replace("model_usage_since_last_result", "absent_here"));
    const { facts } = run(claude, older, { input: 200, output: 40, costUsd: 0.0008 });
    expect(facts).toMatchObject({ input: 100, output: 20, costUsd: expect.closeTo(0.0004, 9) });
  });
});

test("a used-up window that is paid for beyond it is a warning", () => {
  const info = { status: "rejected", isUsingOverage: true, rateLimitType: "five_hour", resetsAt: 1_795_263_187 };
  const { facts } = run(claude, [JSON.stringify({ type: "rate_limit_event", rate_limit_info: info })]);
  expect(facts.limit).toMatchObject({ state: "warning" });
});

describe("usage windows, of which nothing is refused", () => {
  const told = (info: object): string => JSON.stringify({ type: "rate_limit_event", rate_limit_info: info });
  const at = (utilization: number) =>
    told({
      status: "allowed",
      rateLimitType: "five_hour",
      unifiedWindows: { five_hour: { utilization, status: "allowed", resetsAt: 1_795_263_187 } },
    });
  const events = (log: readonly string[]) => {
    let state = claude.start();
    return log.flatMap((line) => {
      const step = claude.decode(line, state);
      state = step.state;
      return step.events;
    });
  };

  test("are reported as they fill, each change once, and are not a limit", () => {
    const { facts } = run(claude, [at(0.1), at(0.3)]);
    expect(facts.limit).toBeUndefined();
    expect(facts.windows).toEqual({
      five_hour: { status: "allowed", utilization: 0.3, until: "2026-11-21T12:13:07.000Z" },
    });
    expect(events([at(0.1), at(0.1), at(0.3), at(0.3)]).map(({ kind }) => kind)).toEqual(["windows", "windows"]);
  });

  test("updates the window that the line names, and keeps the others as reported before", () => {
    const one = told({ status: "allowed", rateLimitType: "seven_day_opus", utilization: 0.5 });
    expect(run(claude, [at(0.2), one]).facts.windows).toMatchObject({
      five_hour: { utilization: 0.2 },
      seven_day_opus: { status: "allowed", utilization: 0.5 },
    });
    expect(events([told({ status: "allowed", isUsingOverage: false })])).toEqual([]);
  });
});

describe("command", () => {
  test("a new session, a model", () => {
    const { file, args, env, stdin } = claude.command(request({ model: "sonnet" }));
    expect([file, ...args].join(" ")).toBe(
      "claude -p --verbose --output-format stream-json --dangerously-skip-permissions --session-id 11111111-2222-4333-8444-555555555555 --model sonnet",
    );
    expect(stdin).toBe("prompt");
    expect(env).toMatchObject({ TMPDIR: "/home/dev/run/scratch", CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" });
    expect(env).not.toHaveProperty("IS_SANDBOX");
  });

  test("adds an MCP server in a file of the run, next to the person's servers", () => {
    const mcp = { name: "fleet", command: "/h/bin/fleet", args: ["mcp"], env: { FLEET_TASK_ID: "t" }, timeoutMs: 5000 };
    const { args, files } = claude.command(request({ mcp }));
    expect(args).toContain("--mcp-config=/home/dev/run/scratch/mcp.json");
    expect(args).not.toContain("--strict-mcp-config");
    expect(JSON.parse(files?.["mcp.json"] ?? "")).toEqual({
      mcpServers: {
        fleet: { type: "stdio", command: "/h/bin/fleet", args: ["mcp"], env: { FLEET_TASK_ID: "t" }, timeout: 5000 },
      },
    });
  });

  test("as root, going on", () => {
    const { args, env } = claude.command(request({ root: true, resume: "abc" }));
    expect(env).toHaveProperty("IS_SANDBOX", "1");
    expect(args).toContain("--resume");
    expect(args).not.toContain("--session-id");
  });
});

describe("what is counted", () => {
  const asked = (id: string, tokens: number) =>
    JSON.stringify({ type: "assistant", message: { id, content: [], usage: { input_tokens: tokens } } });

  test("messages that come interleaved are counted once each", () => {
    const { facts } = run(claude, [asked("a", 10), asked("b", 20), asked("a", 10), asked("b", 20), asked("c", 5)]);
    expect(facts).toMatchObject({ input: 35, turns: 3 });
  });

  test("a conversation may have any name, one of an object's own too", () => {
    const line = JSON.stringify({ ...JSON.parse(asked("a", 10)), parent_tool_use_id: "__proto__" });
    expect(run(claude, [line, line]).facts).toMatchObject({ input: 10 });
  });

  test("what a killed run cost is reported with the result of the run that resumes it, and counted there", () => {
    // Of the killed run only its input was seen: 200 tokens of the 300 in the session's total.
    const { facts } = run(claude, lines("claude", "resume"), { input: 200, output: 0, costUsd: 0 });
    expect(facts).toMatchObject({ input: 100, output: 60, costUsd: expect.closeTo(0.0012, 9) });
    const whole = run(claude, lines("claude", "resume"), { input: 200, output: 40, costUsd: 0.0008 });
    expect(whole.facts).toMatchObject({ input: 100, output: 20 });
    expect(whole.facts.costUsd).toBeCloseTo(0.0004);
  });
});
