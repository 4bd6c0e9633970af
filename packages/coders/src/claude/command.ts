import type { CoderCommand, CoderRequest, McpServer } from "../coder.ts";
import { says } from "../own-args.ts";
import { ofSource, type OfSource } from "./by-directory.ts";
import { WRITERS } from "./writers.ts";

/** `stream-json` without `--verbose` is refused. The prompt goes by stdin: 400 kB there were fine, an argument ends at 128. */
const ARGS = ["-p", "--verbose", "--output-format", "stream-json"];

/** The permission flags of fleet, unless a person sets others. */
const ALL_ALLOWED = "--dangerously-skip-permissions";

const SETTINGS = "settings.json";

interface Given {
  readonly args: readonly string[];
  readonly files?: Record<string, string>;
}

function hooks({ scope }: CoderRequest): Readonly<Record<string, unknown>> {
  if (scope === undefined) return {};
  const refuse = { type: "command", command: scope.hook, timeout: 30 };
  return { hooks: { PreToolUse: [{ matcher: [...WRITERS].join("|"), hooks: [refuse] }] } };
}

/** Given on the command line, beside the person's and the project's own settings, which stay as they are. */
function settingsOf(request: CoderRequest, source: OfSource): Given {
  const settings = { ...source.settings, ...hooks(request) };
  if (Object.keys(settings).length === 0) return { args: [] };
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
function servers({ mcp, scratch }: CoderRequest, source: OfSource): Given {
  if (mcp === undefined && Object.keys(source.servers).length === 0) return { args: [] };
  const config = { mcpServers: { ...source.servers, ...(mcp === undefined ? {} : ownServer(mcp)) } };
  return {
    args: [`--mcp-config=${scratch}/${MCP}`],
    files: { [MCP]: `${JSON.stringify(config, null, 2)}\n` },
  };
}

const ownServer = ({ name, command: run, args, env, timeoutMs: timeout }: McpServer): Record<string, unknown> => ({
  [name]: { type: "stdio", command: run, args, env, timeout },
});

export function command(request: CoderRequest): CoderCommand {
  const session = request.resume === undefined ? ["--session-id", request.sessionId] : ["--resume", request.resume];
  const model = request.model === undefined ? [] : ["--model", request.model];
  // It tells its cost only with its result, and looks at this after each answer (measured: 0.0012 spent of 0.001).
  const budget = request.budgetUsd === undefined ? [] : ["--max-budget-usd", String(request.budgetUsd)];
  const source = ofSource(request);
  const [mcp, set] = [servers(request, source), settingsOf(request, source)];
  const { args: own = [] } = request;
  const permissions = says(own, "--permission-mode", ALL_ALLOWED) ? [] : [ALL_ALLOWED];
  return {
    file: "claude",
    args: [...ARGS, ...permissions, ...session, ...model, ...budget, ...mcp.args, ...set.args, ...own],
    files: { ...mcp.files, ...set.files },
    ...(source.words.length === 0 ? {} : { ofSource: source.words }),
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
