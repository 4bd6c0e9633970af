/** Redraws a text each second until interrupted, and restores the terminal. */

import { timers } from "@fleet/kit/node";
import { ours } from "@fleet/kit/printable";
import { terminalHeight } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";

const EACH = 1000;
/** The alternate screen without a cursor; and back. */
const ENTER = ours("\u001b[?1049h\u001b[?25l");
const LEAVE = ours("\u001b[?25h\u001b[?1049l");
const HOME = ours("\u001b[H");
/** Clears to the end of the line, and of the screen. Lines are overwritten, not cleared first, so that nothing flickers. */
const CLEAR_LINE = ours("\u001b[K");
const CLEAR_REST = ours("\u001b[J");
const CLEAR_ALL = ours("\u001b[2J");

/** As many lines as fit; the last one says how many are missing. Pure. */
function frame(text: string, rows: number): string[] {
  const lines = text.trimEnd().split("\n");
  const room = Math.max(2, rows) - 1;
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`];
}

/** Use the terminal's size, which is updated on a resize; COLUMNS and LINES are not. */
const sized = (io: Io): Io => ({ ...io, env: { ...io.env, COLUMNS: undefined, LINES: undefined } });

/** Runs until Ctrl-C, SIGTERM, or an exception of `drawn`. `drawn` gets an environment with the current width. */
export async function watch(io: Io, drawn: (io: Io) => Promise<string>): Promise<void> {
  if (!io.isTerminal.stdout) throw new CommandError("--watch needs a terminal", "watch -n1 fleet tasks", EXIT.usage);
  const over = new AbortController();
  io.onInterrupt?.(["SIGINT", "SIGTERM", "SIGHUP"], () => over.abort());
  // After a resize the terminal has rewrapped old lines, so clear everything.
  let resized = new AbortController();
  let clear = "";
  io.onInterrupt?.(["SIGWINCH"], () => {
    clear = CLEAR_ALL;
    resized.abort();
  });
  const end = AbortSignal.any([over.signal, io.interrupted]);
  const now = sized(io);
  io.out(ENTER);
  try {
    while (!end.aborted) {
      resized = new AbortController();
      const lines = frame(await drawn(now), terminalHeight(now));
      io.out(`${clear}${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join("\n")}${CLEAR_REST}`);
      clear = "";
      const signal = AbortSignal.any([end, resized.signal]);
      await timers()
        .setTimeout(EACH, undefined, { signal })
        .catch(() => undefined);
    }
  } finally {
    io.out(LEAVE);
  }
}
