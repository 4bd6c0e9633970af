/**
 * The runner of git for everything that is not on the hot path: bounded in time and size, and with an answer that keeps
 * "git said no" apart from "git could not be asked". What runs programs (execa) is loaded with the first call.
 */
import { shortageInText, ShortageError } from "../shortage.ts";
import { type Environment, gitEnvironment, type Place } from "./environment.ts";

export type GitAnswer =
  | { readonly kind: "ok"; readonly stdout: string }
  /** Git ran and refused. */
  | { readonly kind: "failed"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** There is no answer: nothing follows from it. */
  | { readonly kind: "unavailable"; readonly why: Unavailable };

type Unavailable = "missing" | "timed-out" | "too-much" | "killed" | "not-started";

export interface Bounds {
  readonly input?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Bytes of output. */
  readonly most?: number;
}

/** A working tree of 200 000 files takes git a second; what takes longer than this hangs, or is of no use to wait for. */
const PATIENCE = 20_000;
const MOST = 64 * 1024 * 1024;

/**
 * Runs `git args` with exactly this environment. Throws a ShortageError where the machine could not start it, or could not
 * start what git starts: that is no answer of this repository's.
 */
export async function runGit(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { input, timeout = PATIENCE, most = MOST }: Bounds = {},
): Promise<GitAnswer> {
  const { runProgram } = await import("../process/run.ts");
  const ran = await runProgram({
    file: "git",
    args,
    // Wherever it works is said by --git-dir or -C, so that no directory can be missing.
    cwd: "/",
    env,
    timeout,
    most,
    ...(input === undefined ? {} : { input }),
  });
  switch (ran.kind) {
    case "timed-out":
    case "too-much":
      return { kind: "unavailable", why: ran.kind };
    case "not-started":
      return { kind: "unavailable", why: /\bENOENT\b/.test(ran.why) ? "missing" : "not-started" };
    case "ended": {
      const { code, stdout, stderr } = ran;
      if (code === 0) return { kind: "ok", stdout };
      if (code === null) return { kind: "unavailable", why: "killed" };
      const short = shortageInText(stderr);
      if (short !== undefined && short !== "disk") throw new ShortageError(short, `git ${args[0] ?? ""} failed`);
      return { kind: "failed", code, stdout, stderr };
    }
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
 * `rev-parse`, `config`, `for-each-ref`; everything else goes through a view of it (repository.ts).
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
