/** Starts an attempt's wrapper, detached, its output straight into files. The only file that starts a coder. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

import { FILES } from "./paths.ts";
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
 * then runs without us: own session, no pipe to us, its end recorded by itself.
 */
export async function launch(what: Launch): Promise<void> {
  const { dir } = what;
  const open: number[] = [];
  const at = (path: string, flags: string): number => {
    const file = openSync(path, flags, 0o600);
    open.push(file);
    return file;
  };
  try {
    const input = at(what.stdin === "prompt" ? join(dir, FILES.prompt) : "/dev/null", "r");
    const out = at(join(dir, FILES.log), "a");
    const err = at(join(dir, FILES.stderr), "a");
    const { file, args, subreaper } = wrapperCommand(what.env["PATH"] ?? "", dir, what.command);
    const env = {
      ...what.env,
      ...(subreaper ? { FLEET_SUBREAPER: "1" } : {}),
      ...(what.cgroup === undefined ? {} : { [CGROUP_VARIABLE]: what.cgroup }),
    };
    await new Promise<void>((resolve, reject) => {
      const child = spawn(file, args, { cwd: what.cwd, env, stdio: [input, out, err], detached: true });
      child.once("spawn", () => resolve());
      child.once("error", reject);
      child.unref();
    });
  } finally {
    for (const file of open) closeSync(file);
  }
}
