import type { CoderCommand, CoderRequest } from "../coder.ts";
import { says } from "../own-args.ts";
import { WRITERS } from "./writers.ts";

/** `stream-json` without `--verbose` is refused. The prompt goes by stdin: 400 kB there were fine, an argument ends at 128. */
const ARGS = ["-p", "--verbose", "--output-format", "stream-json"];

/** What fleet says of permissions, unless a person says something else. */
const ALL_ALLOWED = "--dangerously-skip-permissions";

const SETTINGS = "settings.json";

/** Given on the command line, beside the person's and the project's own settings, which stay as they are. */
function hooks(request: CoderRequest): { readonly args: readonly string[]; readonly files?: Record<string, string> } {
  if (request.scope === undefined) return { args: [] };
  const refuse = { type: "command", command: request.scope.hook, timeout: 30 };
  const settings = { hooks: { PreToolUse: [{ matcher: [...WRITERS].join("|"), hooks: [refuse] }] } };
  return {
    args: ["--settings", `${request.scratch}/${SETTINGS}`],
    files: { [SETTINGS]: `${JSON.stringify(settings, null, 2)}\n` },
  };
}

const MCP = "mcp.json";

/**
 * Beside the servers that the person and the project have (no --strict-mcp-config). `timeout` is the limit of one call, and of its
 * silence; without it claude gives up after half an hour without progress.
 */
function servers({ mcp, scratch }: CoderRequest): ReturnType<typeof hooks> {
  if (mcp === undefined) return { args: [] };
  const { name, command: run, args, env, timeoutMs: timeout } = mcp;
  const config = { mcpServers: { [name]: { type: "stdio", command: run, args, env, timeout } } };
  return {
    args: [`--mcp-config=${scratch}/${MCP}`],
    files: { [MCP]: `${JSON.stringify(config, null, 2)}\n` },
  };
}

export function command(request: CoderRequest): CoderCommand {
  const session = request.resume === undefined ? ["--session-id", request.sessionId] : ["--resume", request.resume];
  const model = request.model === undefined ? [] : ["--model", request.model];
  // It tells its cost only with its result, and looks at this after each answer (measured: 0.0012 spent of 0.001).
  const budget = request.budgetUsd === undefined ? [] : ["--max-budget-usd", String(request.budgetUsd)];
  const [mcp, scope] = [servers(request), hooks(request)];
  const { args: own = [] } = request;
  const permissions = says(own, "--permission-mode", ALL_ALLOWED) ? [] : [ALL_ALLOWED];
  return {
    file: "claude",
    args: [...ARGS, ...permissions, ...session, ...model, ...budget, ...mcp.args, ...scope.args, ...own],
    files: { ...mcp.files, ...scope.files },
    env: {
      // The newest time stamp under here is the heartbeat of a run whose tool is quiet (the transcript does not grow).
      TMPDIR: request.scratch,
      // With a task left in the background `claude -p` prints its result and stays (40 s and more), or starts again.
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
      // Takes the Cron tools away (seen in the init line): nothing wakes up in a process that is to end.
      CLAUDE_CODE_DISABLE_CRON: "1",
      // Not while fifty of it run.
      DISABLE_AUTOUPDATER: "1",
      // Exactly "1"; without it root is refused --dangerously-skip-permissions, with nothing on standard output.
      ...(request.root ? { IS_SANDBOX: "1" } : {}),
    },
    stdin: "prompt",
  };
}
