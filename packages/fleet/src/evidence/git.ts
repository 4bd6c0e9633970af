/** Asks the git of a project, without changing anything there and without waiting for ever. */
import { spawn } from "node:child_process";

import { gitEnvironment } from "@fleet/store/git/env";

const PATIENCE = 20_000;
const MOST = 64 * 1024 * 1024;

/** Undefined: git is not there, refused, took too long or said too much. */
export async function projectGit(cwd: string, args: readonly string[]): Promise<string | undefined> {
  // The person's own settings count here: what they ignore everywhere, which directories they trust.
  const { GIT_CONFIG_GLOBAL: _, ...env } = gitEnvironment(process.env);
  // No lock is taken from under the person or the agent, and no program of the repository's settings is run.
  const quiet = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotepath=off"];
  return await new Promise((resolve) => {
    const child = spawn("git", [...quiet, "-C", cwd, ...args], { env, stdio: ["ignore", "pipe", "ignore"], cwd: "/" });
    const parts: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    child.stdout.on("data", (part: Buffer) => {
      size += part.length;
      if (size > MOST) child.kill("SIGKILL");
      else parts.push(part);
    });
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? Buffer.concat(parts).toString("utf8") : undefined);
    });
  });
}

/** The parts of an answer to `-z`. */
export const zero = (text: string | undefined): string[] => (text ?? "").split("\0").filter((part) => part !== "");
