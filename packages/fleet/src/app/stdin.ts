/** Text that somebody pipes in or names a file of. What is not UTF-8 is taken (a log is better than none), and said. */
import { isUtf8 } from "node:buffer";

import type { Io } from "./io.ts";

export function readableText(io: Pick<Io, "err">, bytes: Buffer, name: string): string {
  if (!isUtf8(bytes)) io.err(`Note: ${name} is not UTF-8; what can't be read of it is kept as \ufffd\n`);
  return bytes.toString("utf8");
}

export const stdinText = async (io: Pick<Io, "err" | "stdin">): Promise<string> =>
  readableText(io, await io.stdin(), "standard input");
