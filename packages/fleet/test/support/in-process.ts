/**
 * Commands and a supervisor in the test's own process: the same code as `fleet.js` runs, without a start of Node each, which is
 * most of what they cost. Tests of the process itself (signals, descriptors, start-up) start one.
 */
import { printable } from "@fleet/kit/printable";

import { errorTold } from "../../src/app/error-text.ts";
import type { Io } from "../../src/app/io.ts";
import { makeContext } from "../../src/app/make-context.ts";
import { type LoopEnd, superviseHome } from "../../src/engine/shell/loop/loop.ts";
import { main } from "../../src/main.ts";
import { VERSION } from "../../src/program/version.ts";
import { ConfigWatch } from "../../src/settings/file.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** A command to its end, as fleet.ts runs it. */
export async function call(
  args: readonly string[],
  { env, cwd, stdin }: { readonly env: Env; readonly cwd: string; readonly stdin: string },
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    cwd,
    env,
    out: (text) => void (stdout += printable(text)),
    exact: (text) => void (stdout += text),
    err: (text) => void (stderr += printable(text)),
    stdin: async () => Buffer.from(stdin),
    isTerminal: { stdin: false, stdout: false, stderr: false },
    now: Date.now,
    interrupted: new AbortController().signal,
  };
  try {
    const code = await main(args, io);
    return { code, stdout, stderr };
  } catch (error) {
    const { stream, text, exitCode } = errorTold(error, args, env);
    io[stream](text);
    return { code: exitCode, stdout, stderr };
  }
}

export interface InProcess {
  /** Looks at once: something was asked for. */
  readonly wake: () => void;
  readonly end: Promise<LoopEnd>;
}

export function superviseHere(home: string, env: Env): InProcess {
  const watch = new ConfigWatch(home);
  let waking = new AbortController();
  const wake = (): void => {
    waking.abort();
    waking = new AbortController();
  };
  const context = makeContext({ env }, home, () => watch.config);
  const controls = { interrupts: () => 0, handover: () => undefined, woken: () => waking.signal };
  return { wake, end: superviseHome(context, watch, controls, VERSION) };
}
