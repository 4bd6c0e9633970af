/** Text that somebody pipes in or names a file of. What can't be read of it is taken all the same (a log is better than none), and said. */
import { isUtf8 } from "node:buffer";

import { decodeText } from "@fleet/kit/encoding";
import { sound } from "@fleet/kit/text";

import type { Io } from "./io.ts";

export function readableText(io: Pick<Io, "err">, bytes: Buffer, name: string): string {
  const decoded = decodeText(bytes);
  if ("text" in decoded) return decoded.text;
  const [what, kept] = isUtf8(bytes) ? ["holds NUL bytes", "\u2400"] : ["is not UTF-8", "\ufffd"];
  io.err(`Note: ${name} ${what}; what can't be read of it is kept as ${kept}\n`);
  return sound(bytes.toString("utf8"));
}

export const stdinText = async (io: Pick<Io, "err" | "stdin">): Promise<string> =>
  readableText(io, await io.stdin(), "standard input");
