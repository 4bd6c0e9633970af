/** The environment of an attempt's processes, and what tells a `fleet` inside whose it is. */
import { delimiter, join } from "node:path";

import type { McpServer } from "@fleet/coders/coder";
import { replaceFile } from "@fleet/kit/files";
import { shellWord } from "@fleet/kit/shell";
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import { effective } from "../../../settings/effective/effective.ts";
import { accountNamed, written } from "../../../settings/accounts/accounts.ts";
import { sourceVariables } from "../accounts/secrets.ts";
import { inherited } from "../../core/inherited.ts";
import { CHECK_HOME, CHECK_MARK, MARK, TASK_MARK } from "../../../attempts/process/marks.ts";
import { binDir } from "../../../program/shim.ts";
import { attemptActor, type Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";

/** Variables that mark a process as this attempt's, and tell a `bd` inside who it is. */
export function ownVariables(context: Context, handle: Handle): Record<string, string> {
  const secrets = Object.keys(accountNamed(context.config(), handle.coderName, handle.account)?.secrets ?? {});
  return {
    FLEET_HOME: context.home,
    [TASK_MARK]: handle.task,
    [MARK]: handle.ref.uuid,
    BEADS_ACTOR: attemptActor(handle.coderName, handle.ref.uuid),
    // The variables whose values a `fleet` inside writes nowhere.
    ...(secrets.length === 0 ? {} : { FLEET_SECRETS: secrets.join(" ") }),
  };
}

/** What it inherits (core/inherited.ts) and what it is; the PATH is that of the shell which created the task or put it back last. */
export function childEnvironment(context: Context, handle: Handle, issue: Issue): Record<string, string> {
  const env = inherited(context.env, sourceVariables(written(context.config())));
  const path = setting(issue, "path") ?? context.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  return { ...env, ...ownVariables(context, handle), PATH: [binDir(context.home), path].join(delimiter) };
}

/** Variables that config.yaml sets for the processes of its coder and project. */
export const variablesFor = (context: Context, handle: Handle, issue: Issue): Record<string, string> =>
  Object.fromEntries(
    [...effective(context.config(), issue, handle.coderName).env()].map(([name, { value }]) => [name, value]),
  );

/** The attempt's environment without the variables that make a `bd` the attempt's: a check writes nothing. */
export function checkEnvironment(context: Context, handle: Handle, issue: Issue): Record<string, string> {
  const {
    [TASK_MARK]: _task,
    [MARK]: _attempt,
    BEADS_ACTOR: _actor,
    ...env
  } = childEnvironment(context, handle, issue);
  const marks = { [CHECK_MARK]: handle.ref.uuid, [CHECK_HOME]: context.home };
  return { ...env, ...variablesFor(context, handle, issue), ...marks };
}

/** No question is waited for longer than this. */
const LONGEST_CALL = 86_400_000;

/**
 * `fleet mcp` as this attempt, by a script of its own: a coder may hand on none of our variables, and what stands in a
 * coder's arguments (as codex takes its servers) is to say nothing of home and task.
 */
export function mcpServer(context: Context, handle: Handle, scratch: string): McpServer {
  const command = join(scratch, "mcp");
  const exports = Object.entries(ownVariables(context, handle)).map(
    ([name, value]) => `export ${name}=${shellWord(value)}\n`,
  );
  const run = `exec ${shellWord(join(binDir(context.home), "fleet"))} mcp`;
  replaceFile(command, `#!/bin/sh\n${exports.join("")}${run}\n`, { mode: 0o700 });
  return { name: "fleet", command, args: [], env: {}, timeoutMs: LONGEST_CALL };
}
