/**
 * A git that has started and waits to be told where the branch goes (`git update-ref --stdin`): it starts while its writer
 * waits for others and makes the objects, and takes no lock before it is told. A writer that dies leaves it with the end of its input, at
 * which it ends, having done nothing; or having been told, and then there is a note of it.
 */
import type { ChildProcess } from "node:child_process";

import { errno } from "../errors.ts";
import { childProcess } from "../node.ts";
import { gitEnvironment } from "./env.ts";
import { type GitResult, notStarted } from "./run.ts";

const args = (dir: string): readonly string[] => [`--git-dir=${dir}`, "update-ref", "--stdin"];

/** How the command line of such a git ends in /proc, of this swap directory. Whoever of them may hold a lock is noted. */
export const waitingCommandLine = (dir: string): string => ["", ...args(dir), ""].join("\0");

export interface WaitingGit {
  /** Undefined when it could not be started; `ended` says why. */
  readonly pid: number | undefined;
  /** Gives it these lines and the end of its input. */
  readonly tell: (lines: string) => void;
  readonly ended: Promise<GitResult>;
}

export function waitingGit(dir: string): WaitingGit {
  // Where no more files can be opened, it has neither input nor output.
  const child: ChildProcess = childProcess().spawn("git", args(dir), {
    env: gitEnvironment(process.env),
    stdio: ["pipe", "ignore", "pipe"],
    cwd: "/",
  });
  let err = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  // It ended before it had read what it was told, and how it ended says why.
  child.stdin?.on("error", (error) => {
    if (errno(error) === undefined) throw error;
  });
  const ended = new Promise<GitResult>((resolve, reject) => {
    child.on("error", (error) => reject(notStarted(error)));
    child.on("close", (code) => resolve({ code, stdout: Buffer.alloc(0), stderr: err }));
  });
  // Whoever waits for it hears of it; one that was not needed has nobody waiting.
  ended.catch(() => undefined);
  return { pid: child.pid, tell: (lines) => void child.stdin?.end(lines), ended };
}
