/** A notification of the desktop: notify-send, on a Mac osascript. */
import { findProgram } from "@fleet/kit/process/find";
import { runProgram } from "@fleet/kit/process/run";

import type { Channel } from "./channel.ts";
import { sentOf } from "./command.ts";
import type { Message } from "./message.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Milliseconds. */
const PATIENCE = 10_000;

/** AppleScript that takes its words as arguments: in the script itself they would be code. */
const SCRIPT = ["on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run"].flatMap(
  (line) => ["-e", line],
);

/** Many desktops take the text for markup. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const WAYS = {
  "notify-send": ({ title, lines }: Message) => ["--app-name=fleet", "--", title, escaped(lines.join("\n"))],
  osascript: ({ title, lines }: Message) => [...SCRIPT, title, lines.join("\n")],
};

export const desktopChannel = (env: Env, cwd: string): Channel => ({
  send: async (message) => {
    for (const [name, args] of Object.entries(WAYS)) {
      const file = findProgram(name, env["PATH"] ?? "", cwd);
      if (file === undefined) continue;
      return sentOf(await runProgram({ file, args: args(message), cwd, env, timeout: PATIENCE }), PATIENCE);
    }
    return { kind: "failed", why: `neither ${Object.keys(WAYS).join(" nor ")} is on the PATH` };
  },
});
