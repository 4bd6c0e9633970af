/** opencode, gemini, agy and shell. */
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { agy } from "../src/agy/index.ts";
import type { Coder } from "../src/coder.ts";
import { claude } from "../src/claude/index.ts";
import { codex } from "../src/codex/index.ts";
import { gemini } from "../src/gemini/index.ts";
import { opencode } from "../src/opencode/index.ts";
import { shell } from "../src/shell/index.ts";
import { exited, lines, NOTHING, recordings, request, run, UNSEEN, verdict } from "./recordings.ts";

const done = { kind: "completed" } as const;
const failed = { kind: "failed", cause: "task" } as const;

type Row = readonly [coder: Coder, scenario: string, code: number, verdict: object, facts: object];

const TABLE: readonly Row[] = [
  [opencode, "success", 0, done, { toolsFinished: 1, toolsOk: 1, input: 200, output: 40, costUsd: 0, context: 100 }],
  [opencode, "claim", 0, done, { toolsFinished: 0, result: { ok: true }, session: "ses_e02256ffbffex1vyM3OOMu3RNR" }],
  [opencode, "resume", 0, done, { input: 100, output: 20 }],
  [
    opencode,
    "ratelimit",
    1,
    { kind: "failed", cause: "minute", until: "2026-11-21T11:25:35.637Z" },
    { limit: { state: "rejected", scope: "minute" } },
  ],
  [opencode, "context", 1, { kind: "failed", cause: "context" }, { result: { cause: "context" } }],
  [opencode, "auth", 1, { kind: "failed", cause: "sign-in" }, { errors: 1 }],
  [opencode, "badreq", 1, { ...failed, reason: "bad request from mock" }, {}],
  [opencode, "unknown-model", 1, failed, {}],

  [
    gemini,
    "success",
    0,
    done,
    { toolsFinished: 1, toolsOk: 1, input: 200, output: 40, lastText: "Done: wrote out.txt" },
  ],
  [gemini, "claim", 0, done, { toolsFinished: 0, result: { ok: true, text: "All done." }, model: "gemini-2.5-flash" }],
  [gemini, "resume", 0, done, { session: "11111111-2222-4333-8444-777777777777", input: 200 }],
  // 429 and 400, modulo 256.
  [gemini, "ratelimit", 173, { kind: "failed", cause: "window" }, { limit: { state: "rejected", scope: "window" } }],
  [gemini, "badreq", 144, failed, { result: { ok: false, cause: "task" } }],
];

test.each(["opencode", "gemini"])("every recording of %s has its row", (name) => {
  const rows = TABLE.filter(([coder]) => coder.name === name).map(([, scenario]) => scenario);
  expect(rows.sort()).toEqual([...recordings(name).keys()].sort());
});

test.each(TABLE)("$name: %s", (coder, scenario, code, expected, facts) => {
  const log = lines(coder.name, scenario);
  expect(verdict(coder, log, code)).toMatchObject(expected);
  expect({ ...NOTHING, ...run(coder, log).facts }).toMatchObject(facts);
});

describe("opencode", () => {
  test("opencode's error is its result if it ends with it, and none after which another step starts", () => {
    const [error, success] = [lines("opencode", "badreq"), lines("opencode", "success")];
    expect(run(opencode, error).facts.result).toMatchObject({ ok: false, mayGoOn: true });
    expect(run(opencode, [...error, ...success.slice(0, 1)]).facts.result).toBeUndefined();
    expect(run(opencode, [...error, ...success]).facts.result).not.toHaveProperty("mayGoOn");
  });

  test("can never ask", () => {
    const { args, env } = opencode.command(request());
    expect(args).toContain("--auto");
    const config: unknown = JSON.parse(env["OPENCODE_CONFIG_CONTENT"] ?? "");
    expect(config).toMatchObject({ permission: { "*": "allow", external_directory: "allow", question: "deny" } });
    expect(JSON.stringify(config)).not.toContain("ask");
  });

  test("adds an MCP server next to the person's servers", () => {
    const mcp = { name: "fleet", command: "/h/bin/fleet", args: ["mcp"], env: { FLEET_TASK_ID: "t" }, timeoutMs: 5000 };
    const config: unknown = JSON.parse(opencode.command(request({ mcp })).env["OPENCODE_CONFIG_CONTENT"] ?? "");
    expect(config).toMatchObject({
      permission: { "*": "allow" },
      mcp: {
        fleet: { type: "local", command: ["/h/bin/fleet", "mcp"], environment: { FLEET_TASK_ID: "t" }, timeout: 5000 },
      },
    });
  });

  test("exit 0 without a word is not completed", () => {
    expect(verdict(opencode, [], 0)).toMatchObject(failed);
    const wordless = lines("opencode", "claim").filter((line) => !line.includes('"type":"text"'));
    expect(verdict(opencode, wordless, 0)).toMatchObject({ ...failed, reason: "ended without a word" });
  });

  test("a step after the last one takes the result back", () => {
    const log = lines("opencode", "claim");
    expect(run(opencode, [...log, log[0] ?? ""]).facts.result).toBeUndefined();
  });
});

describe("whether a command failed is known, or is reported as unknown", () => {
  const bash = (metadata: object, status = "completed"): string[] => [
    JSON.stringify({
      type: "tool_use",
      sessionID: "ses_1",
      part: { tool: "bash", callID: "c", state: { status, input: { command: "x" }, metadata } },
    }),
  ];
  const gemini_ = (output: string, status = "success", tool = "run_shell_command"): string[] => [
    JSON.stringify({ type: "tool_use", tool_name: tool, tool_id: "t", parameters: { command: "x" } }),
    JSON.stringify({ type: "tool_result", tool_id: "t", status, output }),
  ];
  test.each<readonly [what: string, coder: Coder, log: readonly string[], ended: "ok" | "failed" | "untold"]>([
    ["opencode's exit 0", opencode, bash({ exit: 0 }), "ok"],
    ["opencode's exit 3", opencode, bash({ exit: 3 }), "failed"],
    ["opencode's tool that was refused", opencode, bash({}, "error"), "failed"],
    ["opencode's command that was ended", opencode, bash({ exit: null }), "untold"],
    ["gemini's command without output", gemini, gemini_(""), "ok"],
    ["gemini's command that failed without output", gemini, gemini_("Command exited with code: 3"), "failed"],
    ["gemini's command with output", gemini, gemini_("boom"), "untold"],
    ["gemini's tool that was refused", gemini, gemini_("no", "error"), "failed"],
    ["gemini's tool that is no command", gemini, gemini_("written", "success", "write_file"), "ok"],
    ["codex's exit 3", codex, lines("codex", "cmdfail"), "failed"],
  ])("%s", (_what, coder, log, ended) => {
    expect(run(coder, log).facts).toMatchObject({
      toolsFinished: 1,
      toolsOk: ended === "failed" ? 0 : 1,
      toolsUntold: ended === "untold" ? 1 : 0,
    });
  });
});

test.each<readonly [coder: Coder, log: readonly object[]]>([
  [
    claude,
    [
      { type: "assistant", message: { id: "m", content: [{ type: "tool_use", id: "t", name: "TaskList" }] } },
      { type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t" }] } },
    ],
  ],
  [
    codex,
    [{ type: "item.completed", item: { id: "i", type: "mcp_tool_call", server: "s", tool: "t", status: "completed" } }],
  ],
  [
    opencode,
    [{ type: "tool_use", sessionID: "s", part: { tool: "list", callID: "c", state: { status: "completed" } } }],
  ],
  [
    gemini,
    [
      { type: "tool_use", tool_name: "list", tool_id: "t" },
      { type: "tool_result", tool_id: "t", status: "success" },
    ],
  ],
])("$name: a tool is one though it was given nothing, and gave nothing", (coder, log) => {
  const { facts } = run(
    coder,
    log.map((line) => JSON.stringify(line)),
  );
  expect(facts).toMatchObject({ toolsFinished: 1, toolsOk: 1, toolsOpen: [], unrecognised: 0 });
});

describe("gemini", () => {
  const asked = lines("gemini", "claim").slice(0, 2);

  test.each([
    [41, "sign-in"],
    [145, "sign-in"],
    [146, "credit"],
    [147, "sign-in"],
    [173, "minute"],
    [244, "outage"],
    [247, "outage"],
    [53, "turns"],
    [143, "task"],
    [1, "task"],
  ])("exit %i is %s", (code, cause) => {
    expect(verdict(gemini, asked, code)).toMatchObject({ kind: "failed", cause });
  });

  test("words in pieces become one text", () => {
    const piece = (content: string) => JSON.stringify({ type: "message", role: "assistant", content, delta: true });
    const log = [...asked, piece("All "), piece("is "), piece("well."), ...lines("gemini", "claim").slice(3)];
    expect(run(gemini, log).events.filter((event) => event.kind === "text")).toEqual([
      { kind: "text", text: "All is well." },
    ]);
  });
});

describe("shell", () => {
  test("runs the file", () => {
    expect(shell.command(request())).toMatchObject({ file: "sh", args: ["/home/dev/run/prompt.md"], stdin: "null" });
    expect(shell.capabilities.exitZero).toBe("done");
  });

  test.each([
    [exited(0), "", done],
    [exited(3), "first\nlast words\n\n", { ...failed, reason: "exit 3: last words" }],
    [exited(127), "sh: 2: nope: not found\n", { ...failed, reason: "exit 127: sh: 2: nope: not found" }],
    [exited(143), "", { ...failed, reason: "ended by SIGTERM" }],
    [UNSEEN, "", { ...failed, reason: "ended, its exit status was lost" }],
  ])("%o", (exit, stderr, expected) => {
    expect(shell.classify(exit, run(shell, ["hello"]).facts, stderr)).toEqual(expected);
  });

  test("its lines are text, whatever they look like", () => {
    const { facts } = run(shell, ["", "one", '{"type":"result"}']);
    expect(facts).toMatchObject({ events: 2, lastAction: 'text: {"type":"result"}', unrecognised: 0 });
  });
});

describe("agy", () => {
  test("exit 0 needs a word", () => {
    expect(verdict(agy, ["Done."], 0)).toEqual(done);
    expect(verdict(agy, [], 0)).toEqual({ ...failed, reason: "ended without a word" });
    expect(verdict(agy, [], 127)).toMatchObject({ kind: "spawn-failed" });
  });

  test("a model comes as a setting, in a home that is otherwise the person's", () => {
    const root = mkdtempSync(join(tmpdir(), "agy-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const [home, scratch, bin] = [join(root, "home"), join(root, "scratch"), join(root, "bin")];
    mkdirSync(join(home, ".gemini/antigravity-cli"), { recursive: true });
    for (const directory of [scratch, bin]) mkdirSync(directory);
    writeFileSync(join(home, ".gitconfig"), "[user]\n");
    writeFileSync(join(home, ".gemini/login.json"), "{}");
    writeFileSync(join(home, ".gemini/antigravity-cli/settings.json"), '{"model":"of the person"}');
    writeFileSync(join(home, ".gemini/antigravity-cli/other.json"), "{}");
    writeFileSync(
      join(bin, "agy"),
      '#!/bin/sh\ncat "$HOME/.gemini/antigravity-cli/settings.json"; ls -A "$HOME" "$HOME/.gemini"; echo "$@"\n',
    );
    chmodSync(join(bin, "agy"), 0o755);

    const command = agy.command(request({ model: "some model", scratch, prompt: "it's $HOME" }));
    for (const [name, text] of Object.entries(command.files ?? {})) writeFileSync(join(scratch, name), text);
    const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, ...command.env };
    // Twice: an attempt's directory may have been used before.
    for (const _ of [1, 2]) {
      const said = execFileSync(command.file, [...command.args], { env, encoding: "utf8" });
      expect(said).toContain('{"model":"some model"}');
      expect(said).toContain(".gitconfig");
      expect(said).toContain("login.json");
      expect(said).toContain("-p it's $HOME --dangerously-skip-permissions");
    }
    expect(readFileSync(join(home, ".gemini/antigravity-cli/settings.json"), "utf8")).toContain("of the person");
    expect(lstatSync(join(scratch, "home/.gemini/antigravity-cli/other.json")).isSymbolicLink()).toBe(true);
  });
});
