/** A command line of fleet's, run as a process of its own: what it says is a front end's to show. */
import { wordsOfLine } from "@fleet/kit/shell";
import { runProgram } from "@fleet/kit/process/run";

import { selfCommand } from "../../program/self.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";

export interface WordsRun {
  readonly isDone: boolean;
  /** What it printed, the one after the other. */
  readonly text: string;
}

/** A command that never ends (`log -f`, `run foreground`) is for a terminal of its own. In milliseconds. */
const PATIENCE = 20_000;
const MOST = 1024 * 1024;

/** `words`: without `fleet` in front, quoted as for a shell; nothing is expanded. */
export async function runWords({ world, home }: Fleet, words: string, columns: number): Promise<WordsRun> {
  const args = wordsOfLine(words.replace(/^\s*fleet\s/, ""));
  if (args === undefined) throw new CommandError("a quote is open", undefined, EXIT.usage);
  const [file = "", ...self] = selfCommand();
  const env = { ...world.env, FLEET_HOME: home, COLUMNS: String(columns), NO_COLOR: "1" };
  const ran = await runProgram({ file, args: [...self, ...args], cwd: world.cwd, env, timeout: PATIENCE, most: MOST });
  switch (ran.kind) {
    case "ended":
      return { isDone: ran.code === 0, text: `${ran.stdout}${ran.stderr}` };
    case "timed-out":
      return { isDone: false, text: `it had not ended after ${PATIENCE / 1000} s, and was ended\n` };
    case "too-much":
      return { isDone: false, text: "it printed more than 1 MiB, and was ended\n" };
    case "not-started":
      return { isDone: false, text: `it could not be started: ${ran.why}\n` };
  }
}
