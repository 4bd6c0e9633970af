/** Every sentence and status by which a coder tells a limit, an outage, a sign-in or a lack of credit: whose fault it was. */
import { describe, expect, test } from "vitest";
import { agy } from "../src/agy/index.ts";
import type { Cause } from "../src/cause.ts";
import { claude } from "../src/claude/index.ts";
import type { Coder } from "../src/coder.ts";
import { codex } from "../src/codex/index.ts";
import { declared, DeclaredCoder } from "../src/declared/index.ts";
import { gemini } from "../src/gemini/index.ts";
import { opencode } from "../src/opencode/index.ts";
import { shell } from "../src/shell/index.ts";
import { run, verdict } from "./recordings.ts";

type Row = readonly [says: string, cause: Cause, clock?: string | undefined];

/** Of rows that have a time and rows that have none the types of `test.each` know nothing. */
const each = (rows: readonly Row[], name: (says: string, cause: Cause) => string, run: (row: Row) => void): void => {
  for (const row of rows) test(name(row[0], row[1]), () => run(row));
};
const named = (says: string, cause: Cause): string => `${says}: ${cause}`;

const check = (coder: Coder, log: readonly string[], code: number, [, cause, clock]: Row, stderr = ""): void => {
  expect(verdict(coder, log, code, stderr)).toMatchObject({
    kind: "failed",
    cause,
    ...(clock === undefined ? {} : { clock }),
  });
};

describe("claude", () => {
  const result = (more: object): string[] => [
    JSON.stringify({ type: "result", is_error: true, num_turns: 1, terminal_reason: "api_error", ...more }),
  ];

  each(
    [
      ["You've hit your session limit · resets 3am (America/New_York)", "window", "3am (America/New_York)"],
      ["You've hit your 5-hour limit · resets 12:13pm (UTC)", "window", "12:13pm (UTC)"],
      ["You've hit your weekly limit · resets Nov 30, 3pm (UTC) · progress saved", "window", "Nov 30, 3pm (UTC)"],
      ["You've hit your Opus limit · resets 3pm (UTC)", "window", "3pm (UTC)"],
      ["You've reached your weekly limit", "window"],
      ["Claude AI usage limit reached|1795263187", "window"],
      ["You've hit your monthly spend limit · raise it at https://claude.ai/settings/usage", "credit"],
      ["You've hit your channel's monthly spend limit.", "credit"],
      ["You're out of usage credits. Switch to another model to continue.", "credit"],
      ["You're out of extra usage · resets 3pm (UTC)", "credit"],
      ["Your org is out of usage · add funds to continue", "credit"],
      ["Your organization is out of usage credits. Contact your admin to add more.", "credit"],
      ["Your organization's usage credit cap is reached for this period. Contact your admin to raise it.", "credit"],
      ["Fable 5 requires usage credits. Run /usage-credits to continue or switch models with /model.", "credit"],
      ["Your usage allocation has been disabled by your admin", "credit"],
      ["Credit balance is too low", "credit"],
      ["Server is temporarily limiting requests (not your usage limit)", "minute"],
      ["API Error: 429 Too Many Requests", "minute"],
      [
        "Your account is on hold and can't use Claude Code. View details or appeal: https://claude.ai/restricted",
        "on-hold",
      ],
      [
        "Your ANTHROPIC_API_KEY belongs to a disabled organization · Update or unset the environment variable",
        "on-hold",
      ],
      [
        "Your organization has disabled Claude subscription access for Claude Code · Use an Anthropic API key instead",
        "on-hold",
      ],
      [
        "Your organization has disabled API key authentication · Run /login to sign in with your claude.ai account",
        "sign-in",
      ],
      ["Not logged in · Please run /login", "sign-in"],
      ["Invalid API key · Fix external API key", "sign-in"],
      ["Invalid auth token · Fix external auth token", "sign-in"],
      ["OAuth token revoked · Please run /login", "sign-in"],
      ["Your session has expired. Please run /login to sign in again.", "sign-in"],
      ["Authentication required · Sign in again to continue", "sign-in"],
      ["Failed to authenticate: your claude.ai login expired.", "sign-in"],
      [
        "Your apiKeyHelper script is failing · This usually means you need to re-authenticate with your provider",
        "sign-in",
      ],
      ["API Error: 529 Overloaded. This is a server-side issue, usually temporary.", "outage"],
      ["Repeated 529 Overloaded errors", "outage"],
      ["Opus is experiencing high load, please use /model to switch to Sonnet", "outage"],
      ["API Error: 500 Internal server error.", "outage"],
      ["API Error: 502 Bad Gateway", "outage"],
      [
        "API Error: Connection refused (ECONNREFUSED). Check the gateway set in ANTHROPIC_BASE_URL, then try again.",
        "outage",
      ],
      [
        "API Error: Connection dropped (ECONNRESET). Check the gateway set in ANTHROPIC_BASE_URL, then try again.",
        "outage",
      ],
      ["API Error: Unable to connect to API (ENOTFOUND)", "outage"],
      ["Unable to connect to API. Check your internet connection", "outage"],
      ["Request timed out", "outage"],
      ["Prompt is too long", "context"],
      ["No conversation found with session ID: 5c9d0a3e-0000-4000-8000-000000000000", "lost-session"],
      ["API Error: 400 due to tool use concurrency issues.", "poisoned-session"],
      ["API Error: 400 orphaned tool_result in conversation history.", "poisoned-session"],
      ["API Error: 400 duplicate tool_use ID in conversation history.", "poisoned-session"],
      ["API Error: Missing Tool Result Block", "poisoned-session"],
      ["API Error: 400 messages.3: all messages must have non-empty content", "task"],
      ["Output blocked by content filtering policy", "task"],
    ],
    named,
    (row) => {
      check(claude, result({ result: row[0] }), 1, row);
    },
  );

  test.each<readonly [fields: object, cause: Cause]>([
    [{ api_error_status: 400 }, "task"],
    [{ api_error_status: 401 }, "sign-in"],
    [{ api_error_status: 402 }, "credit"],
    [{ api_error_status: 408 }, "outage"],
    [{ api_error_status: 429 }, "minute"],
    [{ api_error_status: 500 }, "outage"],
    [{ api_error_status: 502 }, "outage"],
    [{ api_error_status: 503 }, "outage"],
    [{ api_error_status: 504 }, "outage"],
    [{ api_error_status: 529 }, "outage"],
    [{ api_error: "connection_failed" }, "outage"],
    [{ api_error: "usage_limit_reached", api_error_status: 429 }, "window"],
    [{ api_error: "tool_history_mismatch", api_error_status: 400 }, "poisoned-session"],
    [{ terminal_reason: "max_turns" }, "turns"],
    [{ terminal_reason: "budget_exhausted" }, "budget"],
    [{ terminal_reason: "prompt_too_long" }, "context"],
  ])("%o: %s", (fields, cause) => {
    check(claude, result({ result: "words that say nothing", ...fields }), 1, ["", cause]);
  });

  test("a reset in seconds since 1970 is taken as it is", () => {
    const { facts } = run(claude, result({ result: "Claude AI usage limit reached|1795263187" }));
    expect(facts.limit).toMatchObject({ scope: "window", until: "2026-11-21T12:13:07.000Z" });
  });

  test("words of the model that sound like a limit are only words", () => {
    const said = JSON.stringify({
      type: "result",
      is_error: false,
      num_turns: 1,
      result: "You've hit your weekly limit",
    });
    expect(verdict(claude, [said], 0)).toEqual({ kind: "completed" });
  });
});

describe("codex", () => {
  const URL = "url: http://127.0.0.1:43049/v1/responses";
  const rows: readonly Row[] = [
    [
      "You’ve hit your usage limit. Visit https://x to purchase more credits or try again at 12:19 PM.",
      "window",
      "12:19 PM",
    ],
    ["You've hit your usage limit. Try again at Nov 30th, 2026 12:55 AM.", "window", "Nov 30th, 2026 12:55 AM"],
    [
      "You’ve hit your usage limit. To get more access now, send a request to your admin or try again at 1:00 AM.",
      "window",
      "1:00 AM",
    ],
    ["You’ve hit your usage limit for gpt-5.5. Switch to another model now, or try again later.", "window"],
    ["rate limit exceeded: Rate limit reached. Please try again in 1.5s.", "minute", "1.5s"],
    ["exceeded retry limit, last status: 429 Too Many Requests", "minute"],
    ["exceeded retry limit, last status: 502 Bad Gateway", "outage"],
    [`unexpected status 502 Bad Gateway: , ${URL}`, "outage"],
    [`unexpected status 503 Service Unavailable: overloaded, ${URL}`, "outage"],
    [`unexpected status 504 Gateway Timeout: , ${URL}`, "outage"],
    ["We’re currently experiencing high demand, which may cause temporary errors.", "outage"],
    ["Selected model is at capacity. Please try a different model.", "outage"],
    ["Policy-restricted capacity is unavailable. Please try again later.", "outage"],
    ["stream disconnected before completion: error sending request", "outage"],
    ["stream disconnected before completion: idle timeout waiting for SSE", "outage"],
    ["Connection failed: error sending request for url (http://127.0.0.1:1/v1/responses)", "outage"],
    ["error sending request: dns error: failed to lookup address information", "outage"],
    [`unexpected status 401 Unauthorized: , ${URL}`, "sign-in"],
    ["Missing environment variable: `NOPE_KEY`.", "sign-in"],
    [
      "Your access token could not be refreshed because your refresh token has expired. Please log out and sign in again.",
      "sign-in",
    ],
    ["Quota exceeded. Check your plan and billing details.", "credit"],
    ["Your workspace is out of credits. Add credits to continue.", "credit"],
    ["Your workspace is out of credits. Ask your workspace owner to refill in order to continue.", "credit"],
    ["You hit your spend cap set in your workspace. Increase your spend cap to continue.", "credit"],
    [
      "You hit your spend cap set by the owner of your workspace. Ask an owner to increase your spend cap to continue.",
      "credit",
    ],
    ["To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.", "credit"],
    ["Codex ran out of room in the model's context window. Start a new thread.", "context"],
    ['{"error":{"message":"rate_limit is no such field","code":"invalid"}}', "task"],
  ];

  each(rows, named, (row) => {
    check(codex, [JSON.stringify({ type: "turn.failed", error: { message: row[0] } })], 1, row);
  });

  test("an error line that no end of the turn follows is the reason, and tells the cause", () => {
    const log = [
      JSON.stringify({ type: "error", message: "Your workspace is out of credits. Add credits to continue." }),
    ];
    expect(verdict(codex, log, 1, "Reading additional input from stdin...\n")).toMatchObject({
      cause: "credit",
      reason: "exit 1: Your workspace is out of credits. Add credits to continue.",
    });
  });

  test.each(["no rollout found for thread id 01a1 (code -32600)"])("standard error alone: %s", (says) => {
    check(codex, [], 1, [says, "lost-session"], `WARNING: x\nError: thread/resume failed: ${says}\n`);
  });

  test.each<readonly [line: string, scope: string]>([
    ["Reconnecting... 1/5 (exceeded retry limit, last status: 429 Too Many Requests)", "minute"],
    ["Reconnecting... 2/5 (stream disconnected before completion: error sending request)", "outage"],
    ["Reconnecting... waiting for network", "outage"],
  ])("%s is a retry, until it does something", (message, scope) => {
    const notice = JSON.stringify({ type: "error", message });
    const words = JSON.stringify({ type: "item.completed", item: { id: "i", type: "agent_message", text: "on it" } });
    expect(run(codex, [notice]).facts.retrying).toMatchObject({ state: "retrying", scope });
    expect(run(codex, [notice, words]).facts.retrying).toBeUndefined();
  });
});

describe("opencode", () => {
  const error = (name: string, data: object): string[] => [
    JSON.stringify({ type: "error", timestamp: 1795260334000, sessionID: "ses_1", error: { name, data } }),
  ];

  const statuses: readonly (readonly [status: number | undefined, message: string, cause: Cause, body?: string])[] = [
    [429, "Rate limit reached for mock-model. Please try again in 1s.", "minute"],
    [429, "Free usage exceeded, subscribe to Go", "window", '{"type":"FreeUsageLimitError"}'],
    [429, "You exceeded your current quota, please check your plan and billing details.", "credit"],
    [402, "Payment required", "credit"],
    [400, "Your credit balance is too low to access the Anthropic API.", "credit"],
    [400, "This organization has been disabled.", "on-hold"],
    [401, "invalid x-api-key", "sign-in"],
    [403, "Forbidden", "sign-in"],
    [400, "bad request: rate_limit is no such field", "task"],
    [404, "model not found", "task"],
    [408, "Request Timeout", "outage"],
    [500, "Internal Server Error", "outage"],
    [502, "Bad Gateway", "outage"],
    [503, "Service Unavailable", "outage"],
    [504, "Gateway Timeout", "outage"],
    [529, "Overloaded", "outage"],
    [undefined, "Provider is overloaded", "outage"],
    [undefined, "Unable to connect. Is the computer able to access the url?", "outage"],
    [undefined, "Cannot connect to API: connect ECONNREFUSED 127.0.0.1:1", "outage"],
    [undefined, "getaddrinfo ENOTFOUND api.example.com", "outage"],
    [400, "prompt is too long: 210000 tokens > 200000 maximum", "context"],
    [400, "messages.2: `tool_use` ids were found without `tool_result` blocks", "poisoned-session"],
    [undefined, "Session not found: ses_gone", "lost-session"],
  ];
  for (const [statusCode, message, cause, responseBody] of statuses)
    test(`${statusCode} ${message}: ${cause}`, () => {
      check(opencode, error("APIError", { message, statusCode, responseBody }), 1, [message, cause]);
    });

  test.each<readonly [name: string, cause: Cause]>([
    ["ProviderAuthError", "sign-in"],
    ["ContextOverflowError", "context"],
    ["UnknownError", "task"],
  ])("%s: %s", (name, cause) => {
    check(opencode, error(name, { message: "why" }), 1, [name, cause]);
  });

  test("when to try again is in a header, as seconds from the event's own time", () => {
    const data = { message: "Too Many Requests", statusCode: 429, responseHeaders: { "retry-after": "90" } };
    expect(verdict(opencode, error("APIError", data), 1)).toMatchObject({ until: "2026-11-21T11:27:04.000Z" });
  });

  test("the session that an error names is none to go on with", () => {
    expect(
      run(opencode, error("NotFoundError", { message: "Session not found: ses_1" })).facts.session,
    ).toBeUndefined();
  });

  test("a lost session is told on standard error, too", () => {
    check(opencode, [], 1, ["", "lost-session"], "Error: Session not found\n");
  });
});

describe("gemini", () => {
  each(
    [
      ["[API Error: You have exhausted your daily quota on this model.]\nPlease wait and try again later.", "window"],
      [
        "[API Error: You have exhausted your capacity on this model. Your quota will reset after 3h28m5s.]",
        "window",
        "3h28m5s",
      ],
      ["[API Error: You exceeded your current quota. Please retry in 34.07s.]", "credit"],
      ["[API Error: Resource has been exhausted (e.g. check quota). Please retry in 34.07s.]", "minute", "34.07s"],
      ['[API Error: {"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]', "minute"],
      ["[API Error: No capacity available for model gemini-2.5-pro on the server]", "outage"],
      ["We are currently experiencing high demand.", "outage"],
      ['[API Error: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]', "outage"],
      ["[API Error: exception TypeError: fetch failed sending request]", "outage"],
      ["[API Error: request to https://x failed, reason: getaddrinfo EAI_AGAIN x]", "outage"],
      ["[API Error: API key not valid. Please pass a valid API key.]", "sign-in"],
      ["Please set an Auth method in your /home/dev/.gemini/settings.json", "sign-in"],
      ['[API Error: {"error":{"code":403,"message":"x","status":"PERMISSION_DENIED"}}]', "sign-in"],
      [
        "[API Error: The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).]",
        "context",
      ],
      ['[API Error: {"error":{"code":400,"message":"bad request","status":"INVALID_ARGUMENT"}}]', "task"],
    ],
    named,
    (row) => {
      check(
        gemini,
        [JSON.stringify({ type: "result", status: "error", error: { type: "unknown", message: row[0] } })],
        1,
        row,
      );
    },
  );

  each(
    [
      ['Error resuming session: Invalid session identifier "x".', "lost-session"],
      ["Invalid auth method selected.", "sign-in"],
      ["Error: connect ECONNREFUSED 127.0.0.1:1", "outage"],
    ],
    (says, cause) => `standard error alone: ${says}: ${cause}`,
    (row) => {
      check(gemini, [], 1, row, `noise\n${row[0]}\n    at somewhere\n`);
    },
  );

  test.each<readonly [stderr: string, cause: string | undefined]>([
    ["Attempt 1 failed with status 429. Retrying with backoff... GaxiosError: x\n  code: 429,\n", "minute"],
    ["Attempt 2 failed with status 503. Retrying with backoff...\n", "outage"],
    ["Attempt 1 failed with 5xx error. Retrying with backoff...\n", "outage"],
    ["Attempt 1 failed: Please retry in 6s. Retrying after 6000ms...\n", "outage"],
    ["Attempt 1 failed: Resource has been exhausted. Retrying after 6000ms...\n", "minute"],
    ["Attempt 10 failed: x. Max attempts reached\n", undefined],
    ["Loaded cached credentials.\n", undefined],
  ])("%s is a retry: %s", (stderr, cause) => {
    expect(gemini.retriesFor?.(stderr)?.cause).toBe(cause);
  });
});

describe("coders that print text", () => {
  const mine = declared(
    "mine",
    DeclaredCoder.parse({
      argv: ["mine", "{prompt}"],
      prompt: "argument",
      causes: [{ says: "the meter has run out (E42)", cause: "credit" }],
    }),
  );

  each(
    [
      ["Error: connect ECONNREFUSED 127.0.0.1:443", "outage"],
      ["429 Too Many Requests, try again in 30s", "minute", "30s"],
      ["Not logged in, log in again", "sign-in"],
      ["fatal: no such option", "task"],
    ],
    (says, cause) => `standard error tells: ${says}: ${cause}`,
    (row) => {
      check(agy, ["Working on it."], 1, row, `${row[0]}\n`);
      check(mine, ["Working on it."], 1, row, `${row[0]}\n`);
    },
  );

  test("its own sentences come first", () => {
    check(mine, [], 1, ["", "credit"], "mine: The meter has run out (E42), too many requests\n");
  });

  test("what the model says is no error, nor is what a script prints", () => {
    check(agy, ["connect ECONNREFUSED"], 1, ["", "task"]);
    check(shell, [], 1, ["", "task"], "curl: connection refused\n");
  });
});
