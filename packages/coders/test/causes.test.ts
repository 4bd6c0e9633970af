/** Whose fault it was that a run ended badly, by what the coders say of it and by their own fields. */
import { describe, expect, test } from "vitest";
import { agy } from "../src/agy/index.ts";
import type { Cause } from "../src/cause.ts";
import { claude } from "../src/claude/index.ts";
import { momentOf } from "../src/clock.ts";
import { codex } from "../src/codex/index.ts";
import { gemini } from "../src/gemini/index.ts";
import { opencode } from "../src/opencode/index.ts";
import { shell } from "../src/shell/index.ts";
import { run, verdict } from "./recordings.ts";
import { claudeResult, MINE, opencodeError, SAID, SENTENCES, ZONE } from "./sentences.ts";

describe("each sentence", () => {
  for (const { coder, says, cause, until, log, stderr } of SENTENCES)
    test(`${coder.name}: ${says}: ${cause}${until === undefined ? "" : `, until ${until}`}`, () => {
      const told = verdict(coder, log, 1, stderr);
      expect(told).toMatchObject({ kind: "failed", cause });
      const { clock, until: moment } = { clock: undefined, until: undefined, ...told };
      expect(moment ?? (clock === undefined ? undefined : momentOf(clock, new Date(SAID), ZONE))).toBe(until);
    });
});

const failedBy = (cause: Cause): object => ({ kind: "failed", cause });

describe("claude", () => {
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
    [{ api_error: "overloaded" }, "outage"],
    [{ api_error: "server_error" }, "outage"],
    [{ api_error: "rate_limit" }, "minute"],
    [{ api_error: "authentication_failed" }, "sign-in"],
    [{ api_error: "billing_error", api_error_status: 400 }, "credit"],
    [{ api_error: "usage_limit_reached", api_error_status: 429 }, "window"],
    [{ api_error: "tool_history_mismatch", api_error_status: 400 }, "poisoned-session"],
    [{ terminal_reason: "max_turns" }, "turns"],
    [{ terminal_reason: "budget_exhausted" }, "budget"],
    [{ terminal_reason: "prompt_too_long" }, "context"],
  ])("%o: %s", (fields, cause) => {
    expect(verdict(claude, claudeResult({ result: "words that say nothing", ...fields }), 1)).toMatchObject(
      failedBy(cause),
    );
  });

  test("a reset in seconds since 1970 is taken as it is", () => {
    const { facts } = run(claude, claudeResult({ result: "Claude AI usage limit reached|1795263187" }));
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
  test("an error line without an end of the turn is the reason, and gives the cause", () => {
    const log = [
      JSON.stringify({ type: "error", message: "Your workspace is out of credits. Add credits to continue." }),
    ];
    expect(verdict(codex, log, 1, "Reading additional input from stdin...\n")).toMatchObject({
      cause: "credit",
      reason: "exit 1: Your workspace is out of credits. Add credits to continue.",
    });
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
  test.each<readonly [name: string, cause: Cause]>([
    ["ProviderAuthError", "sign-in"],
    ["ContextOverflowError", "context"],
    ["UnknownError", "task"],
  ])("%s: %s", (name, cause) => {
    expect(verdict(opencode, opencodeError(name, { message: "why" }), 1)).toMatchObject(failedBy(cause));
  });

  test("when to try again is in a header, as seconds from the event's own time", () => {
    const data = { message: "Too Many Requests", statusCode: 429, responseHeaders: { "retry-after": "90" } };
    expect(verdict(opencode, opencodeError("APIError", data), 1)).toMatchObject({ until: "2026-11-29T20:01:30.000Z" });
  });

  test("the session that an error names is not resumed", () => {
    expect(
      run(opencode, opencodeError("NotFoundError", { message: "Session not found: ses_1" })).facts.session,
    ).toBeUndefined();
  });

  test("a lost session is reported on standard error, too", () => {
    expect(verdict(opencode, [], 1, "Error: Session not found\n")).toMatchObject(failedBy("lost-session"));
  });
});

describe("gemini", () => {
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

describe("a machine that is short of something", () => {
  const aborted =
    "  #  node[9]: at ../src/node_platform.cc:68\n  #  Assertion failed: (0) == (uv_thread_create(t.get(), f, this))\n----\n";

  test.each<readonly [stderr: string, code: number, cause: Cause]>([
    ["/tmp/a/prompt.md: 3: Cannot fork\n", 2, "machine"],
    [
      "bash: fork: retry: Resource temporarily unavailable\nbash: fork: Resource temporarily unavailable\n",
      254,
      "machine",
    ],
    ["tar: x: Cannot write: No space left on device\n", 2, "machine"],
    ["Error: ENOSPC: no space left on device, write\n", 1, "machine"],
    ["Error: spawn /bin/sh EAGAIN\n", 1, "machine"],
    [`${aborted} 1: 0xb8 node::Abort() [node]\n`, 134, "machine"],
    ["cp: No space left on device\n1 test failed\n", 1, "task"],
    ["Assertion failed: x > 0\n", 134, "task"],
  ])("is known from a coder's last words, and from what it aborted for: %s", (stderr, code, cause) => {
    for (const coder of [shell, agy, claude]) expect(verdict(coder, [], code, stderr)).toMatchObject(failedBy(cause));
  });
});

describe("coders that print text", () => {
  test("its own sentences come first", () => {
    const said = "mine: The meter has run out (E42), too many requests\n";
    expect(verdict(MINE, [], 1, said)).toMatchObject(failedBy("credit"));
  });

  test("what the model says is not an error, nor is what a script prints", () => {
    expect(verdict(agy, ["connect ECONNREFUSED"], 1)).toMatchObject(failedBy("task"));
    expect(verdict(shell, [], 1, "curl: connection refused\n")).toMatchObject(failedBy("task"));
  });
});
