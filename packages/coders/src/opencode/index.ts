/** opencode (`opencode-ai`), as 1.18.33 was seen to behave. */
import type { Coder } from "../coder.ts";
import { classifyStream } from "../verdict.ts";
import { command } from "./command.ts";
import type { OpencodeState } from "./decode.ts";
import { decode, SENTENCES, start } from "./decode.ts";

export const opencode: Coder<OpencodeState> = {
  name: "opencode",
  capabilities: {
    prompt: "stdin",
    resumes: true,
    reportsTools: true,
    reportsToolStarts: false,
    reportsUsage: true,
    reportsCost: true,
    reportsTurns: true,
    reportsLimits: true,
    needsTerminal: false,
    takesMcp: true,
    exitZero: "nothing",
  },
  probe: { file: "opencode", versionArgs: ["--version"] },
  install: "npm install -g opencode-ai",
  signIn: (env, home) => ({
    variables: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY", "OPENCODE_API_KEY"],
    files: [`${env["XDG_DATA_HOME"] ?? `${home}/.local/share`}/opencode/auth.json`],
    // Its own free models, a local one, a provider of the configuration.
    elsewhere: true,
  }),
  command,
  start,
  decode,
  classify: (exit, facts, stderrTail) => classifyStream(exit, facts, stderrTail, SENTENCES),
};
