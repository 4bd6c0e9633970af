/** The terminal that this process was started from. */
import { closeSync, openSync, readSync } from "node:fs";

/** One line that is typed there. Not standard input, which is read to its end. */
export function lineOfTerminal(): string {
  const file = openSync("/dev/tty", "r");
  try {
    const buffer = Buffer.alloc(1024);
    return buffer.toString("utf8", 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}
