/** Gemini CLI (`@google/gemini-cli`), as 0.61.0 was seen to behave. */
import type { Coder } from "../coder.ts";
import { classify, retriesFor } from "./classify.ts";
import { command } from "./command.ts";
import type { GeminiState } from "./decode.ts";
import { decode, start } from "./decode.ts";

export const gemini: Coder<GeminiState> = {
  name: "gemini",
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
    takesMcp: false,
    hidesGitConfig: true,
    exitZero: "nothing",
  },
  probe: { file: "gemini", versionArgs: ["--version"] },
  install: "npm install -g @google/gemini-cli",
  signIn: (_env, home) => ({
    variables: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI"],
    files: [`${home}/.gemini/oauth_creds.json`],
  }),
  command,
  start,
  decode,
  classify,
  retriesFor,
};
