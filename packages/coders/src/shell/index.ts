/** The task's description, run as a script. No model, no account: the demo, the tests and plain chores use it. */
import type { Coder } from "../coder.ts";
import { classify } from "./classify.ts";
import { command } from "./command.ts";
import { decode } from "./decode.ts";

export const shell: Coder<null> = {
  name: "shell",
  capabilities: {
    prompt: "script",
    resumes: false,
    reportsTools: false,
    reportsToolStarts: false,
    reportsUsage: false,
    reportsCost: false,
    reportsTurns: false,
    reportsLimits: false,
    needsTerminal: false,
    takesMcp: false,
    exitZero: "done",
  },
  // POSIX sh has no version to ask for; that it runs is what there is to know.
  probe: { file: "sh", versionArgs: ["-c", "echo POSIX sh"] },
  install: "",
  signIn: () => ({ variables: [], files: [], needsNone: true }),
  command,
  start: () => null,
  decode,
  classify,
};
