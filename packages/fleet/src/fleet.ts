/**
 * The program: the only file but start.ts, which loads it, that touches the process. Everything it starts takes an Io and returns an exit code.
 *
 * It imports nothing of Node's, and asks nothing of Node that is not asked of it: on Node 20 `process.stdout` costs 3 ms (it loads
 * net and streams), `import()` 6, node:module 1.
 */
import type { Io } from "./app/io.ts";
import { printable } from "@fleet/kit/printable";
import { readAll } from "@fleet/kit/stdin";

/**
 * Writes at once, as `process.stdout` does to files, terminals and pipes. A pipe that is full and does not wait (its other
 * end was set so) gets the rest from Node's own stream, which does.
 */
function writer(fd: 1 | 2): (text: string) => void {
  const stream = (): NodeJS.WriteStream => (fd === 1 ? process.stdout : process.stderr);
  const { writeSync } = process.getBuiltinModule("node:fs");
  let isStreaming = false;
  let isGone = false;
  const gone = (error: unknown): void => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EPIPE") throw error;
    isGone = true;
    // A reader that went away (`fleet log | head`) is no error.
    if (fd === 1) setImmediate(() => process.exit(0));
  };
  return (text) => {
    if (isGone) return;
    let rest = Buffer.from(text);
    try {
      if (!isStreaming) while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      isStreaming = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (isStreaming) stream().on("error", gone);
      else gone(error);
    }
    if (isStreaming) stream().write(rest);
  };
}

/** A pipe, a file or /dev/null is no terminal, and needs no stream of Node's to tell. */
function isDevice(fd: number): boolean {
  const { fstatSync, statSync } = process.getBuiltinModule("node:fs");
  try {
    const seen = fstatSync(fd);
    return seen.isCharacterDevice() && seen.rdev !== statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
  } catch {
    // Closed.
    return false;
  }
}

function currentDirectory(): Pick<Io, "cwd" | "isCwdGone"> {
  try {
    return { cwd: process.cwd() };
  } catch {
    // What fleet starts would inherit it, and fail as well.
    process.chdir("/");
    return { cwd: process.env["PWD"] ?? "unknown", isCwdGone: true };
  }
}

function processIo(): Io {
  let interrupted: AbortSignal | undefined;
  const [out, err] = [writer(1), writer(2)];
  return {
    ...currentDirectory(),
    env: process.env,
    out: (text) => out(printable(text)),
    exact: out,
    err: (text) => err(printable(text)),
    stdin: async () => await readAll(process.stdin),
    isTerminal: {
      get stdin() {
        return isDevice(0) && process.stdin.isTTY;
      },
      get stdout() {
        return isDevice(1) && process.stdout.isTTY;
      },
      get stderr() {
        return isDevice(2) && process.stderr.isTTY;
      },
    },
    now: Date.now,
    // When it is asked for: Node loads that class then.
    get interrupted() {
      return (interrupted ??= new AbortController().signal);
    },
    onInterrupt: (signals, listener) => {
      for (const signal of signals) process.on(signal, () => listener(signal));
    },
  };
}

async function entry(): Promise<void> {
  const io = processIo();
  const [, invoked = "", ...args] = process.argv;
  try {
    if (io.isCwdGone === true) (await import("./app/cwd.ts")).refuseRelativeHome(io, io.env);
    const { main } = await import("./main.ts");
    process.exitCode = await main(/(?:^|[\\/])bd$/.test(invoked) ? ["bd", ...args] : args, io);
    // A supervisor waits for nobody whom it asked: git in a directory that hangs. Nor does the screen for a command it ran.
    if ((args[0] === "run" && args[1] === "foreground") || (args[0] ?? "top") === "top") process.exit();
    // It would end by itself, having collected garbage and taken the heap apart: 2 of the 14 ms of CPU that `ready` takes beside bare node.
    if (process.getActiveResourcesInfo().length === 0) process.exit();
  } catch (error) {
    const { errorTold } = await import("./app/error-text.ts");
    const { stream, text, exitCode } = errorTold(error, args, io.env);
    io[stream](text);
    process.exitCode = exitCode;
  }
}

void entry();
