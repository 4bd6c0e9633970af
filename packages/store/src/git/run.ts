/** Starts git, for the few calls on the hot path; simple-git serves the rest (it waits 50 ms after a silent command). */

import { errno } from "@fleet/kit/errors";
import { StoreError } from "../errors.ts";
import { gitEnvironment } from "./env.ts";
import { childProcess } from "@fleet/kit/node";

export interface GitResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export const MISSING_GIT = {
  message: "git is not on PATH",
  mend: "install git (https://git-scm.com/downloads), then run the command again",
} as const;

function notStarted(error: Error): StoreError {
  if (errno(error) === "ENOENT")
    return new StoreError("unwritable", MISSING_GIT.message, { mend: MISSING_GIT.mend, cause: error });
  return new StoreError("unwritable", `git could not be started: ${error.message}`, { cause: error });
}

export function gitSync(gitDir: string, args: readonly string[], input?: string): GitResult {
  const done = childProcess().spawnSync("git", [`--git-dir=${gitDir}`, ...args], {
    env: gitEnvironment(process.env),
    input: input ?? "",
    maxBuffer: 2 ** 31 - 1,
    cwd: "/",
  });
  // EPIPE: it ended before it had read what it was asked, and how it ended says why.
  if (done.error !== undefined && errno(done.error) !== "EPIPE") throw notStarted(done.error);
  return { code: done.status, stdout: done.stdout, stderr: done.stderr.toString("utf8") };
}

/** Runs `file args` without standard input. */
export async function run(file: string, args: readonly string[]): Promise<GitResult> {
  return await new Promise((resolve, reject) => {
    const child = childProcess().spawn(file, args, {
      env: gitEnvironment(process.env),
      stdio: ["ignore", "pipe", "pipe"],
      cwd: "/",
    });
    const out: Buffer[] = [];
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString("utf8");
    });
    child.on("error", (error) => reject(notStarted(error)));
    child.on("close", (code) => resolve({ code, stdout: Buffer.concat(out), stderr: err }));
  });
}
