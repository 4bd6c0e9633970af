/** The terminal of a full-screen program: every key as it is pressed, and everything left as it was, however the process ends. */
import { writeSync } from "node:fs";

import { printable } from "./printable.ts";

export interface RawTerminal {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Whether all of it got there. */
  readonly write: (text: string) => boolean;
  /** Its bell, while it is ours. */
  readonly ring: () => void;
  /** Gives the terminal back as it was, and takes it again. */
  readonly leave: () => void;
  readonly enter: () => void;
  /** Stops the shell's job, as Ctrl-Z does, with the terminal as it was; takes it again when that goes on. */
  readonly suspend: () => void;
}

export interface RawListener {
  readonly typed: (text: string) => void;
  readonly resized: () => void;
  /** It is ours again, and shows nothing of ours. */
  readonly resumed: () => void;
  /** The terminal is gone: no more keys will come. */
  readonly ended: () => void;
}

/** `enter`, `leave`: what is sent to it at the beginning and at the end. Standard input and output have to be terminals. */
export function rawTerminal(
  enter: string,
  leave: string,
  { typed, resized, resumed, ended }: RawListener,
): RawTerminal {
  const { stdin, stdout } = process;
  let isIn = false;
  // At once and to the end, whatever happens next: a stream would still hold it when the process is gone.
  const write = (text: string): boolean => send(printable(text));
  const send = (text: string): boolean => {
    let rest = Buffer.from(text);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(stdout.fd, rest));
      return true;
    } catch {
      // A terminal that does not read, or is gone.
      return false;
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
  const goOn = (): void => {
    take();
    resumed();
  };
  const suspend = (): void => {
    restore();
    // Ours must not hear it: then it does what it does by itself. The whole job, or who started us (npx, a script) would wait on.
    process.off("SIGTSTP", suspend);
    process.kill(0, "SIGTSTP");
    // Here again, or never gone: where no shell has jobs (a window that has only this), the signal does nothing.
    setImmediate(() => {
      process.on("SIGTSTP", suspend);
      goOn();
    });
  };
  process.on("SIGTSTP", suspend);
  process.on("SIGCONT", goOn);
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
    suspend,
  };
}
