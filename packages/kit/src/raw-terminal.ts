/** The terminal of a full-screen program: every key as it is pressed, and everything left as it was, however the process ends. */
import { writeSync } from "node:fs";

import { printable } from "./printable.ts";

export interface RawTerminal {
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly write: (text: string) => void;
  /** Its bell, while it is ours. */
  readonly ring: () => void;
  /** Gives the terminal back as it was, and takes it again. */
  readonly leave: () => void;
  readonly enter: () => void;
}

export interface RawListener {
  readonly typed: (text: string) => void;
  readonly resized: () => void;
  /** Nobody types any more: the terminal is gone. */
  readonly ended: () => void;
}

/** `enter`, `leave`: what is sent to it at the beginning and at the end. Standard input and output have to be terminals. */
export function rawTerminal(enter: string, leave: string, { typed, resized, ended }: RawListener): RawTerminal {
  const { stdin, stdout } = process;
  let isIn = false;
  // At once and to the end, whatever happens next: a stream would still hold it when the process is gone.
  const write = (text: string): void => send(printable(text));
  const send = (text: string): void => {
    let rest = Buffer.from(text);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(stdout.fd, rest));
    } catch {
      // A terminal that does not read, or is gone: the next lines tell it all, or nobody looks.
    }
  };
  const restore = (): void => {
    if (!isIn) return;
    isIn = false;
    write(leave);
    stdin.setRawMode(false);
    stdin.pause();
  };
  const take = (): void => {
    if (isIn) return;
    isIn = true;
    stdin.setRawMode(true);
    stdin.resume();
    write(enter);
  };
  stdin.setEncoding("utf8");
  stdin.on("data", (text) => typed(String(text)));
  stdin.on("end", ended);
  stdin.on("error", ended);
  stdout.on("resize", resized);
  // Also where something was thrown that nobody caught: what is said of it must be readable.
  process.on("exit", restore);
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    write,
    ring: () => {
      if (isIn) send("\u0007");
    },
    leave: restore,
    enter: take,
  };
}
