/** Which coders are installed and look signed in. The one file here that touches the machine. */
import { stat } from "node:fs/promises";

import { findProgram } from "@fleet/kit/process/find";
import { runProgram } from "@fleet/kit/process/run";

import type { Coder, SignInHints } from "./coder.ts";
import { clip, lastLine, oneLine } from "@fleet/kit/text";

type Environment = Readonly<Record<string, string | undefined>>;

export type SignedIn = "yes" | "no" | "not needed" | "unknown";

export type Probe =
  /** It is there and answers. `how`: the variable or file that makes it look signed in. */
  | {
      readonly kind: "found";
      readonly path: string;
      readonly version: string;
      readonly signedIn: SignedIn;
      readonly how?: string;
    }
  /** Not on PATH. `install`: the line that installs it, perhaps "". */
  | { readonly kind: "missing"; readonly install: string }
  /** It is there and does not answer. */
  | { readonly kind: "broken"; readonly path: string; readonly reason: string };

/** The slowest `--version` seen was opencode's first start, about two seconds. */
const TIMEOUT_MS = 10_000;

export async function probe(
  coder: Coder,
  env: Environment,
  home: string,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Probe> {
  const path = findProgram(coder.probe.file, env["PATH"] ?? "", process.cwd());
  if (path === undefined) return { kind: "missing", install: coder.install };
  const answer = await ask(path, coder.probe.versionArgs, env, timeoutMs);
  if (!answer.ok) return { kind: "broken", path, reason: clip(oneLine(answer.said), 300) };
  const version = clip(oneLine(answer.said.split("\n")[0] ?? ""), 80);
  return { kind: "found", path, version, ...(await signIn(coder.signIn(env, home), env)) };
}

/** Whether it is signed in, if it is on PATH. Starts nothing, so what is there may still not work. */
export async function installed(coder: Coder, env: Environment, home: string): Promise<SignedIn | undefined> {
  if (findProgram(coder.probe.file, env["PATH"] ?? "", process.cwd()) === undefined) return undefined;
  return (await signIn(coder.signIn(env, home), env)).signedIn;
}

/**
 * All at once, in the order given. A coder whose probe fails in an unforeseen way is broken, and no other suffers.
 * `own`: variables that one coder's processes get beside `env`, by the coder's name.
 */
export async function probeAll(
  coders: Iterable<Coder>,
  env: Environment,
  home: string,
  own: Readonly<Record<string, Environment>> = {},
): Promise<ReadonlyMap<string, Probe>> {
  const probes = [...coders].map(async (coder): Promise<readonly [string, Probe]> => {
    try {
      return [coder.name, await probe(coder, { ...env, ...own[coder.name] }, home)];
    } catch (error) {
      return [coder.name, { kind: "broken", path: coder.probe.file, reason: clip(oneLine(String(error)), 300) }];
    }
  });
  return new Map(await Promise.all(probes));
}

async function ask(
  path: string,
  args: readonly string[],
  env: Environment,
  timeout: number,
): Promise<{ ok: boolean; said: string }> {
  const answer = await runProgram({ file: path, args, cwd: process.cwd(), env, timeout, most: 100_000 });
  switch (answer.kind) {
    case "ended": {
      const { code, signal = "" } = answer;
      if (code === 0) return { ok: true, said: answer.stdout };
      return {
        ok: false,
        said: lastLine(answer.stderr) || (code === null ? `ended by ${signal}` : `exit code ${code}`),
      };
    }
    case "timed-out":
      return { ok: false, said: `no answer in ${timeout / 1_000} s` };
    case "too-much":
      return { ok: false, said: "it printed more than a version" };
    case "not-started":
      return { ok: false, said: answer.why };
  }
}

async function signIn(hints: SignInHints, env: Environment): Promise<{ signedIn: SignedIn; how?: string }> {
  if (hints.needsNone === true) return { signedIn: "not needed" };
  const variable = hints.variables.find((name) => (env[name] ?? "") !== "");
  if (variable !== undefined) return { signedIn: "yes", how: variable };
  for (const file of hints.files) if (await isFile(file)) return { signedIn: "yes", how: file };
  return { signedIn: hints.elsewhere === true ? "unknown" : "no" };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
