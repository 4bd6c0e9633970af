/**
 * The runner of git for everything that is not on the hot path: bounded in time and size, and with an answer that keeps
 * "git said no" apart from "git could not be asked". execa is loaded with the first call.
 */
import { type Environment, gitEnvironment, type Place } from "./environment.ts";

export type GitAnswer =
  | { readonly kind: "ok"; readonly stdout: string }
  /** Git ran and refused. */
  | { readonly kind: "failed"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** There is no answer: nothing follows from it. */
  | { readonly kind: "unavailable"; readonly why: Unavailable };

export type Unavailable = "missing" | "timed-out" | "too-much" | "killed" | "not-started";

export interface Bounds {
  readonly input?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Bytes of output. */
  readonly most?: number;
}

/** A working tree of 200 000 files takes git a second; what takes longer than this hangs, or is of no use to wait for. */
export const PATIENCE = 20_000;
export const MOST = 64 * 1024 * 1024;

/** Runs `git args` with exactly this environment. */
export async function runGit(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { input, timeout = PATIENCE, most = MOST }: Bounds = {},
): Promise<GitAnswer> {
  const { execa } = await import("execa");
  const child = execa("git", [...args], {
    // Wherever it works is said by --git-dir or -C, so that no directory can be missing.
    cwd: "/",
    env: { ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: most,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  // Not execa's own timeout: what git had started may hold its output open, and is not waited for.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeout);
  });
  try {
    const done = await Promise.race([child, late]);
    if (done === "late") return { kind: "unavailable", why: "timed-out" };
    const { stdout, stderr, exitCode } = done;
    if (done.isMaxBuffer) return { kind: "unavailable", why: "too-much" };
    if (exitCode === 0) return { kind: "ok", stdout };
    if (exitCode !== undefined) return { kind: "failed", code: exitCode, stdout, stderr };
    if (done.isTerminated) return { kind: "unavailable", why: "killed" };
    return { kind: "unavailable", why: done.code === "ENOENT" ? "missing" : "not-started" };
  } finally {
    clearTimeout(timer);
    // Ended already, or to be ended with its pipes, so that nothing keeps this process alive.
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

export interface Where {
  readonly place: Exclude<Place, "quarantine">;
  readonly env: Environment;
  /** A directory to work in; none for what needs no repository. */
  readonly dir?: string;
}

/**
 * Runs git as this place wants it. In a person's repository only what runs no program of that repository by itself:
 * `rev-parse`, `config`; everything else goes through a view of it (repository.ts).
 */
export async function git(
  { place, env, dir }: Where,
  args: readonly string[],
  bounds: Bounds = {},
): Promise<GitAnswer> {
  return await runGit([...(dir === undefined ? [] : ["-C", dir]), ...args], gitEnvironment(place, env), bounds);
}

const REASONS: Readonly<Record<Unavailable, string>> = {
  missing: "git is not on PATH",
  "timed-out": "git took too long",
  "too-much": "git printed too much",
  killed: "git was killed",
  "not-started": "git could not be started",
};

const MOST_WORDS = 300;

/** Why there is no answer, for people: what completes "could not look: …". */
export function reasonOf(answer: Exclude<GitAnswer, { kind: "ok" }>): string {
  if (answer.kind === "unavailable") return REASONS[answer.why];
  const lines = answer.stderr.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines[0] ?? `exit ${answer.code}`;
  return `git: ${telling.replace(/^(?:fatal|error): /, "").trim()}`.slice(0, MOST_WORDS);
}
