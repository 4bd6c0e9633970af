/**
 * simple-git, for git work that is not hot and not on a repository that is only read: making a home, its maintenance, and
 * everything with a remote. It does not serve elsewhere: it waits 50 ms after a command that printed nothing, so it is
 * not for what a person's command waits for, and it has no bound on time and output that tells which was passed. What it
 * refuses by itself (--git-dir, GIT_* variables, EDITOR, …) protects a program that hands on words of others; here words
 * and environment are ours (environment.ts), so each refusal is answered.
 */
import { refuseWithoutRoom, shortageByCode, ShortageError } from "../shortage.ts";
import { type Environment, gitEnvironment, type Place } from "./environment.ts";

export interface Said {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SimpleWhere {
  readonly place: Extract<Place, "home" | "network">;
  readonly env: Environment;
}

const ALLOWED = {
  allowUnsafeAlias: true,
  allowUnsafeAskPass: true,
  allowUnsafeCommandBinaries: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeDiffTextConv: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafeMergeDriver: true,
  allowUnsafePack: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeSubmodule: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
} as const;

/** A git that could not be started: not on PATH, for one. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
  /** As Node has it: ENOENT. */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

export async function simple(args: readonly string[], { place, env }: SimpleWhere): Promise<Said> {
  const { simpleGit } = await import("simple-git");
  const around = gitEnvironment(place, env);
  refuseWithoutRoom("git");
  let said: Said | undefined;
  const client = simpleGit({
    baseDir: "/",
    allowEnvironment: Object.keys(around),
    unsafe: ALLOWED,
    // Whatever it answers is the caller's to judge: only what kept it from being started (a negative code) is an error.
    errors: (error, { exitCode, stdOut, stdErr }) => {
      said = {
        code: exitCode,
        stdout: Buffer.concat(stdOut).toString("utf8"),
        stderr: Buffer.concat(stdErr).toString("utf8"),
      };
      return exitCode < 0 ? error : undefined;
    },
  }).env(around);
  try {
    await client.raw([...args]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const short = shortageByCode(/\b(?:EAGAIN|ENOMEM|EMFILE|ENFILE)\b/.exec(text)?.[0]);
    if (short !== undefined) throw new ShortageError(short, "git could not be started", { cause: error });
    throw new NotStarted(text.split("\n")[0] ?? "", /\bENOENT\b/.exec(text)?.[0]);
  }
  if (said === undefined) throw new NotStarted("git was not run", undefined);
  return said;
}
