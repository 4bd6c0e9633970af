/** What each coder prints, in the form that was recorded of it: what it did stands between the lines of a recorded run. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { agy } from "@fleet/coders/agy/index";
import { claude } from "@fleet/coders/claude/index";
import { codex } from "@fleet/coders/codex/index";
import type { Coder } from "@fleet/coders/coder";
import { gemini } from "@fleet/coders/gemini/index";
import { opencode } from "@fleet/coders/opencode/index";
import { shell } from "@fleet/coders/shell/index";
import { shellWord } from "@fleet/kit/shell";

/** One tool of the agent's. */
export type Did =
  | { readonly kind: "ran"; readonly command: string; readonly exit?: number }
  /** By a tool of the coder's own that names the file. */
  | { readonly kind: "wrote"; readonly path: string }
  | { readonly kind: "read"; readonly path: string }
  /** The call of fleet's own server that closes the task. */
  | { readonly kind: "closed"; readonly reason: string };

interface Stream {
  readonly coder: Coder;
  readonly lines: (did: readonly Did[]) => readonly string[];
}

const ROOT = fileURLToPath(new URL("../../../../../fixtures/recordings/", import.meta.url));
const recorded = (path: string): readonly string[] =>
  readFileSync(`${ROOT}${path}.jsonl`, "utf8")
    .split("\n")
    .filter((line) => line !== "");

/** A run that says it is done and uses no tool: what it did comes before its last words. */
function framed(path: string, isLastWords: RegExp, tool: (did: Did, n: number) => readonly object[]): Stream["lines"] {
  const lines = recorded(path);
  const at = lines.findIndex((line) => isLastWords.test(line));
  return (did) => [
    ...lines.slice(0, at),
    ...did.flatMap((one, n) => tool(one, n).map((line) => JSON.stringify(line))),
    ...lines.slice(at),
  ];
}

/** A coder's own name for its tool, and what that takes. */
interface Call {
  readonly name: string;
  readonly input: object;
}

/** By the names of the four kinds of tools, and of the field that has the path. */
function callOf(
  did: Did,
  names: Readonly<Record<Did["kind"], string>>,
  path: Readonly<Record<"wrote" | "read", string>>,
): Call {
  const name = names[did.kind];
  switch (did.kind) {
    case "ran":
      return { name, input: { command: did.command } };
    case "wrote":
      return { name, input: { [path.wrote]: did.path, content: "x" } };
    case "read":
      return { name, input: { [path.read]: did.path } };
    case "closed":
      return { name, input: { reason: did.reason } };
  }
}

const exitOf = (did: Did): number => (did.kind === "ran" ? (did.exit ?? 0) : 0);

function ofClaude(did: Did, n: number): object[] {
  const names = { ran: "Bash", wrote: "Write", read: "Read", closed: "mcp__fleet__close" };
  const { name, input } = callOf(did, names, { wrote: "file_path", read: "file_path" });
  const [id, exit] = [`toolu_${n}`, exitOf(did)];
  const content = exit === 0 ? "(Bash completed with no output)" : `Exit code ${exit}`;
  return [
    {
      type: "assistant",
      message: { id: `msg_${n}`, role: "assistant", content: [{ type: "tool_use", id, name, input }] },
      session_id: "8b303923-91e7-4f0f-9c89-a0cefd0bce3e",
    },
    {
      type: "user",
      message: { role: "user", content: [{ tool_use_id: id, type: "tool_result", content, is_error: exit !== 0 }] },
    },
  ];
}

function ofCodex(did: Did, n: number): object[] {
  const id = `item_${n + 10}`;
  switch (did.kind) {
    case "wrote":
      return [
        {
          type: "item.completed",
          item: { id, type: "file_change", changes: [{ path: did.path, kind: "update" }], status: "completed" },
        },
      ];
    case "closed":
      return [
        {
          type: "item.completed",
          item: { id, type: "mcp_tool_call", server: "fleet", tool: "close", arguments: {}, status: "completed" },
        },
      ];
    case "ran":
    case "read": {
      const [line, exit] = [did.kind === "ran" ? did.command : `cat ${did.path}`, exitOf(did)];
      const command = `/bin/bash -lc ${shellWord(line)}`;
      const item = { id, type: "command_execution", command, aggregated_output: "" };
      return [
        { type: "item.started", item: { ...item, exit_code: null, status: "in_progress" } },
        { type: "item.completed", item: { ...item, exit_code: exit, status: exit === 0 ? "completed" : "failed" } },
      ];
    }
  }
}

function ofOpencode(did: Did, n: number): object[] {
  const sessionID = "ses_e02256ffbffex1vyM3OOMu3RNR";
  const names = { ran: "bash", wrote: "write", read: "read", closed: "fleet_close" };
  const { name: tool, input } = callOf(did, names, { wrote: "filePath", read: "filePath" });
  const metadata = did.kind === "ran" ? { exit: exitOf(did) } : {};
  const state = { status: "completed", input, output: "(no output)", metadata };
  return [{ type: "tool_use", timestamp: 1, sessionID, part: { type: "tool", tool, callID: `call_${n}`, state } }];
}

function ofGemini(did: Did, n: number): object[] {
  const names = { ran: "run_shell_command", wrote: "write_file", read: "read_file", closed: "close" };
  const { name: tool_name, input: parameters } = callOf(did, names, { wrote: "file_path", read: "absolute_path" });
  const tool_id = `${tool_name}__fc${n}`;
  // It says "success" however a command exited; of one that printed nothing it tells the code.
  const output = exitOf(did) === 0 ? "" : `Command exited with code: ${exitOf(did)}`;
  return [
    { type: "tool_use", timestamp: "t", tool_name, tool_id, parameters },
    { type: "tool_result", timestamp: "t", tool_id, status: "success", output },
  ];
}

export type CoderName = "claude" | "codex" | "opencode" | "gemini" | "agy" | "shell";

export const STREAMS: Readonly<Record<CoderName, Stream>> = {
  claude: { coder: claude, lines: framed("claude/claim", /All done\./, ofClaude) },
  codex: { coder: codex, lines: framed("codex/claim", /All done\./, ofCodex) },
  opencode: { coder: opencode, lines: framed("opencode/claim", /All done\./, ofOpencode) },
  gemini: { coder: gemini, lines: framed("gemini/claim", /All done\./, ofGemini) },
  // Plain text, whatever it did.
  agy: { coder: agy, lines: () => ["All done. I implemented everything and all tests pass."] },
  shell: { coder: shell, lines: () => ["done"] },
};
