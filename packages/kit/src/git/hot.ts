/**
 * Git on the hot path of a single command, without a library: execa and simple-git cost more to load than the call takes.
 * The one exception to "git goes through git.ts"; for homes, and for two settings of a person.
 */
import { errno } from "../errors.ts";
import { childProcess } from "../node.ts";
import { type Environment, gitEnvironment, type Place } from "./environment.ts";

export interface GitResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Now {
  readonly place: Extract<Place, "home" | "quarantine">;
  readonly env: Environment;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs git and waits for it. Throws what kept it from being started. */
export function gitNow(args: readonly string[], { place, env, cwd = "/", input = "" }: Now): GitResult {
  const done = childProcess().spawnSync("git", [...args], {
    env: gitEnvironment(place, env),
    input,
    maxBuffer: 2 ** 31 - 1,
    cwd,
  });
  // EPIPE: it ended before it had read what it was asked, and how it ended says why.
  if (done.error !== undefined && errno(done.error) !== "EPIPE") throw done.error;
  return { code: done.status, stdout: done.stdout, stderr: done.stderr.toString("utf8") };
}

/** For so long a person's name is waited for, in milliseconds. */
const PATIENCE = 5_000;

/** The settings of the person at work in a directory that match; none where git can't be asked: then nobody is known. */
export async function personSettings(cwd: string, env: Environment, pattern: string): Promise<Map<string, string>> {
  const text = await new Promise<string>((resolve) => {
    const options = { cwd, env: gitEnvironment("person", env), timeout: PATIENCE, killSignal: "SIGKILL" } as const;
    const args = ["config", "-z", "--get-regexp", pattern];
    childProcess().execFile("git", args, options, (_error, stdout) => resolve(stdout));
  });
  const entries = text.split("\0").filter((entry) => entry !== "");
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("\n");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
