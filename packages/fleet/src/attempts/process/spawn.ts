/** Starts an attempt's wrapper, detached, its output straight into files. The only file that starts a coder. */
import { startDetached } from "@fleet/kit/process/detached";
import { logPath, stderrPath } from "../records/output.ts";
import { promptPath } from "../records/record.ts";
import { CGROUP_VARIABLE, wrapperCommand } from "./wrapper.ts";

export interface Launch {
  readonly dir: string;
  readonly cwd: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: "prompt" | "null";
  /** Made already; what is started enters it. */
  readonly cgroup?: string | undefined;
}

/**
 * Resolves when the system has made the process, rejects when it would not (no such directory, no memory). What runs
 * then runs without us: its end is recorded by itself.
 */
export async function launch(what: Launch): Promise<void> {
  const { dir, cwd, stdin } = what;
  const { file, args, env: more } = wrapperCommand(what.env, dir, what.command);
  const env = {
    ...what.env,
    ...more,
    ...(what.cgroup === undefined ? {} : { [CGROUP_VARIABLE]: what.cgroup }),
  };
  const input = stdin === "prompt" ? { stdin: promptPath(dir) } : {};
  await startDetached({
    file,
    args,
    cwd,
    env,
    ...input,
    stdout: logPath(dir),
    stderr: stderrPath(dir),
  });
}
