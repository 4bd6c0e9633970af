import type { CoderCommand, CoderRequest } from "../coder.ts";

/**
 * `run` hangs for ever on any permission that is set to `ask`, and ends with 0 and an empty stream on one that it refuses
 * by itself. `--auto` answers the first; this configuration, which outranks the person's and the project's, leaves no
 * second but the tool that asks a person. Only an agent's own permissions outrank it: a person names one by `--agent NAME`.
 */
const CONFIG = { permission: { "*": "allow", external_directory: "allow", doom_loop: "allow", question: "deny" } };

/** `timeout` is the limit of one call as well as of the start. */
function servers({ mcp }: CoderRequest): object {
  if (mcp === undefined) return {};
  const { name, command: run, args, env: environment, timeoutMs: timeout } = mcp;
  return { mcp: { [name]: { type: "local", command: [run, ...args], environment, timeout, enabled: true } } };
}

/** Without words on the command line the prompt is what standard input holds (tried with 1.18.33). */
export function command(request: CoderRequest): CoderCommand {
  const model = request.model === undefined ? [] : ["--model", request.model];
  const session = request.resume === undefined ? [] : ["--session", request.resume];
  return {
    file: "opencode",
    args: ["run", "--format", "json", "--auto", ...model, ...session, ...(request.args ?? [])],
    env: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...CONFIG, ...servers(request) }),
      OPENCODE_DISABLE_AUTOUPDATE: "1",
    },
    stdin: "prompt",
  };
}
