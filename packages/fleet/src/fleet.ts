#!/usr/bin/env node
/** The entry: the only file that touches the process. Everything it starts takes an Io and returns an exit code. */
import { basename } from "node:path";
import * as nodeModule from "node:module";

import type { Io } from "./io.ts";

function processIo(): Io {
  const interrupt = new AbortController();
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString("utf8");
    },
    isTerminal: { stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
    now: Date.now,
    interrupted: interrupt.signal,
    onInterrupt: (signals, listener) => {
      for (const signal of signals) process.on(signal, () => listener(signal));
    },
  };
}

/** A reader that went away (`fleet log | head`) is no error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exitCode = 0;
  process.exit();
});

async function entry(): Promise<void> {
  const io = processIo();
  try {
    // Where Node has a compile cache (22 and later), start-up is a third shorter; it lives with what may be deleted.
    const enableCompileCache: unknown = Reflect.get(nodeModule, "enableCompileCache");
    const home = io.env["FLEET_HOME"] ?? (io.env["HOME"] === undefined ? undefined : `${io.env["HOME"]}/.fleet`);
    if (typeof enableCompileCache === "function" && home !== undefined) {
      const { existsSync } = await import("node:fs");
      if (existsSync(`${home}/run`)) enableCompileCache(`${home}/run/compile-cache`);
    }
    const invoked = basename(process.argv[1] ?? "");
    const args = process.argv.slice(2);
    const { main } = await import("./main.ts");
    process.exitCode = await main(invoked === "bd" ? ["bd", ...args] : args, io);
  } catch (error) {
    const { errorText } = await import("./errors.ts");
    const { text, exitCode } = errorText(error, io.env);
    io.err(text);
    process.exitCode = exitCode;
  }
}

await entry();
