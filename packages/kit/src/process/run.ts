/**
 * Runs a program to its end. It has a process group of its own, so that a timeout reaches what it started too (a wrapper
 * script dies alone, and the rest would hold the pipes), and it is told apart whether it ended or was never there.
 */
import { execa } from "execa";

import { refuseWithoutRoom, shortageByCode, ShortageError } from "../shortage.ts";
import { onUntimelyEnd } from "./cleanup.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment: nothing of ours is added. */
  readonly env: Environment;
  /** Its standard input; empty unless given. */
  readonly input?: string;
  /** Milliseconds; then it is killed with its group. */
  readonly timeout?: number;
  /** Once aborted, it is ended as after its time. */
  readonly until?: AbortSignal;
  /** The most bytes of each output stream; a program that prints more is ended. 64 MiB by default. */
  readonly most?: number;
  /**
   * It has our terminal, all of it (an editor) or to print to (a pager, which reads `input`). Nothing of what it prints is kept, and
   * it stays in our process group.
   */
  readonly terminal?: "all" | "output";
}

export type Ran =
  /** `code`: null where a signal ended it, which `signal` names. */
  | {
      readonly kind: "ended";
      readonly code: number | null;
      readonly signal: string | undefined;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: "timed-out" }
  /** It printed more than was to be kept. */
  | { readonly kind: "too-much" }
  /** Not found, not executable, no such directory. */
  | { readonly kind: "not-started"; readonly why: string };

const MOST = 64 * 1024 * 1024;

const defined = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in the meantime.
  }
}

/** A killed process that has not ended after this many milliseconds waits in the kernel (a dead network disk). */
const HOPELESS = 1_000;

/** Throws a ShortageError where the machine has no room for it: then it was not run, and that is not the program's fault. */
export async function runProgram({
  file,
  args,
  cwd,
  env,
  input,
  timeout,
  until,
  most = MOST,
  terminal,
}: Program): Promise<Ran> {
  const shared = { cwd, env: defined(env), extendEnv: false, reject: false, maxBuffer: most } as const;
  refuseWithoutRoom(file);
  const child =
    terminal !== undefined
      ? execa(
          file,
          [...args],
          terminal === "all"
            ? { ...shared, stdio: "inherit" }
            : { ...shared, input: input ?? "", stdout: "inherit", stderr: "inherit" },
        )
      : execa(file, [...args], {
          ...shared,
          ...(input === undefined ? { stdin: "ignore" as const } : { input }),
          detached: true,
          stripFinalNewline: false,
        });
  const isOver = terminal !== undefined ? () => undefined : onUntimelyEnd(() => killGroup(child.pid));
  // Its children may hold the pipes, and would be waited for.
  const end = (): void => {
    killGroup(child.pid);
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  let hasExpired = false;
  let timer: NodeJS.Timeout | undefined;
  let expire = (): void => undefined;
  const hopeless = new Promise<undefined>((resolve) => {
    expire = () => {
      hasExpired = true;
      end();
      clearTimeout(timer);
      timer = setTimeout(() => resolve(undefined), HOPELESS);
    };
    if (timeout !== undefined) timer = setTimeout(expire, timeout);
  });
  until?.addEventListener("abort", expire);
  if (until?.aborted === true) expire();
  const ended = await Promise.race([child, hopeless]);
  clearTimeout(timer);
  until?.removeEventListener("abort", expire);
  isOver();
  if (hasExpired || ended === undefined) {
    // It must not keep us from ending.
    if (ended === undefined) child.unref();
    return { kind: "timed-out" };
  }
  if (ended.isMaxBuffer) {
    killGroup(child.pid);
    return { kind: "too-much" };
  }
  if (ended.exitCode === undefined && ended.signal === undefined) {
    const short = shortageByCode(ended.code);
    if (short !== undefined) throw new ShortageError(short, `${file} could not be started`, { cause: ended.cause });
    return { kind: "not-started", why: ended.originalMessage ?? ended.shortMessage ?? "it could not be started" };
  }
  return {
    kind: "ended",
    code: ended.exitCode ?? null,
    signal: ended.signal,
    stdout: ended.stdout ?? "",
    stderr: ended.stderr ?? "",
  };
}
