import type { CoderCommand, CoderRequest } from "../coder.ts";
import { says } from "../own-args.ts";
import { ofSource } from "./by-directory.ts";

/** The permission flags of fleet, unless a person sets others. */
const ALL_ALLOWED = "--dangerously-bypass-approvals-and-sandbox";

/** A person's word on them; a profile holds settings, these among them. */
const PERMISSIONS = [ALL_ALLOWED, "--sandbox", "-s", "--ask-for-approval", "-a", "--full-auto", "--profile", "-p"];

const setsPermissions = (own: readonly string[]): boolean =>
  says(own, ...PERMISSIONS) || own.some((arg) => /^(?:-c|--config=)?(?:sandbox_mode|approval_policy)\s*=/.test(arg));

const ARGS = [
  "--skip-git-repo-check",
  // Else tools run by `bash -lc`, where /etc/profile resets the PATH that fleet gave.
  "-c",
  "allow_login_shell=false",
];

/** Not the server's own name: it stands in the arguments, where `pkill -f` would find every codex of a fleet by it. */
const SERVER = "queue";

/** Values are TOML: JSON's strings and lists of strings are that, too. `env`: codex hands on little of its own. */
function servers({ mcp }: CoderRequest): readonly string[] {
  if (mcp === undefined) return [];
  const env = Object.entries(mcp.env).map(([name, value]) => `${JSON.stringify(name)}=${JSON.stringify(value)}`);
  const set = {
    command: JSON.stringify(mcp.command),
    args: JSON.stringify(mcp.args),
    env: `{${env.join(", ")}}`,
    // A minute by itself, whatever progress the server tells.
    tool_timeout_sec: String(Math.ceil(mcp.timeoutMs / 1000)),
  };
  return Object.entries(set).flatMap(([key, value]) => ["-c", `mcp_servers.${SERVER}.${key}=${value}`]);
}

/**
 * The prompt goes by stdin (`-`), which ends: with an open pipe codex waits for ever. It names its threads itself, so
 * `sessionId` is of no use to it.
 */
export function command(request: CoderRequest): CoderCommand {
  const model = request.model === undefined ? [] : ["-m", request.model];
  const { args: own = [] } = request;
  const trust = ofSource(request);
  const permissions = setsPermissions(own) ? [] : [ALL_ALLOWED];
  const given = ["--json", ...permissions, ...ARGS, ...servers(request), ...trust, ...model];
  // Before `resume`, which knows fewer of them than `exec` does.
  const args =
    request.resume === undefined
      ? ["exec", ...own, ...given, "-"]
      : ["exec", ...own, "resume", ...given, request.resume, "-"];
  return {
    file: "codex",
    args,
    env: {},
    stdin: "prompt",
    ...(trust.length === 0 ? {} : { ofSource: ["trust"] }),
  };
}
