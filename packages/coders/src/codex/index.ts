/** OpenAI Codex (`@openai/codex`), as 0.169.0 was seen to behave. */
import { PROVIDERS } from "../cause.ts";
import type { Coder } from "../coder.ts";
import { classifyStream } from "../verdict.ts";
import { files } from "./by-directory.ts";
import { SENTENCES } from "./cause.ts";
import { command } from "./command.ts";
import type { CodexState } from "./decode.ts";
import { decode, start } from "./decode.ts";

export const codex: Coder<CodexState> = {
  name: "codex",
  capabilities: {
    prompt: "stdin",
    resumes: true,
    reportsTools: true,
    reportsToolStarts: true,
    reportsUsage: true,
    reportsCost: false,
    reportsTurns: false,
    reportsLimits: true,
    needsTerminal: false,
    takesMcp: true,
    exitZero: "nothing",
  },
  probe: { file: "codex", versionArgs: ["--version"] },
  install: "npm install -g @openai/codex",
  signIn: (env, home) => ({
    variables: ["OPENAI_API_KEY", "CODEX_API_KEY"],
    files: [`${env["CODEX_HOME"] ?? `${home}/.codex`}/auth.json`],
  }),
  command,
  byDirectory: { files, local: [] },
  resumeByHand: (session) => ["codex", "resume", session],
  start,
  decode,
  classify: (exit, facts, stderrTail) => classifyStream(exit, facts, stderrTail, [...SENTENCES, ...PROVIDERS]),
};
