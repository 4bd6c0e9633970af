/** Antigravity's `agy`, from an adapter that others ran: plain text, no events, no usage. It is not on npm. */
import type { Coder } from "../coder.ts";
import { decodeText } from "../plain.ts";
import { classify } from "./classify.ts";
import { command } from "./command.ts";

export const agy: Coder<null> = {
  name: "agy",
  capabilities: {
    prompt: "argument",
    resumes: false,
    reportsTools: false,
    reportsToolStarts: false,
    reportsUsage: false,
    reportsCost: false,
    reportsTurns: false,
    reportsLimits: false,
    needsTerminal: false,
    takesMcp: false,
    exitZero: "nothing",
  },
  probe: { file: "agy", versionArgs: ["--version"] },
  install: "see https://antigravity.google for the installer",
  signIn: () => ({ variables: [], files: [], elsewhere: true }),
  command,
  start: () => null,
  decode: decodeText,
  classify,
};
