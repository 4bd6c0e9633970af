/** The task's description, run as a script. No model, no account: the demo, the tests and plain chores use it. */
import type { Coder } from "../coder.ts";
import { decodeText } from "../plain.ts";
import { failed } from "../verdict.ts";

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
  // Run from its file: of any length, with /dev/null as its input, whatever its lines say.
  command: ({ promptFile, args = [] }) => ({ file: "sh", args: [...args, promptFile], env: {}, stdin: "null" }),
  start: () => null,
  decode: decodeText,
  // 126 and 127 come from a command inside the script, not from starting it: `sh` itself is always there.
  classify: (exit, _facts, stderrTail) =>
    exit.kind === "exited" && exit.code === 0 ? { kind: "completed" } : failed(exit, stderrTail),
};
