/** Claude Code (`@anthropic-ai/claude-code`), as 2.1.328 was seen to behave. */
import { PROVIDERS } from "../cause.ts";
import type { Coder } from "../coder.ts";
import { classifyStream } from "../verdict.ts";
import { files as kept, local } from "./by-directory.ts";
import { command } from "./command.ts";
import { decode } from "./decode.ts";
import { files, offBy } from "./guard.ts";
import { SENTENCES } from "./sentences.ts";
import type { ClaudeState } from "./state.ts";
import { start } from "./state.ts";

export const claude: Coder<ClaudeState> = {
  name: "claude",
  capabilities: {
    prompt: "stdin",
    resumes: true,
    reportsTools: true,
    reportsToolStarts: true,
    reportsUsage: true,
    reportsCost: true,
    reportsTurns: true,
    reportsLimits: true,
    needsTerminal: false,
    takesMcp: true,
    exitZero: "nothing",
  },
  probe: { file: "claude", versionArgs: ["--version"] },
  install: "npm install -g @anthropic-ai/claude-code",
  signIn: (env, home) => ({
    variables: [
      "ANTHROPIC_API_KEY",
      "ANTHROPIC_AUTH_TOKEN",
      "CLAUDE_CODE_OAUTH_TOKEN",
      "CLAUDE_CODE_USE_BEDROCK",
      "CLAUDE_CODE_USE_VERTEX",
    ],
    files: [`${env["CLAUDE_CONFIG_DIR"] ?? `${home}/.claude`}/.credentials.json`],
    // The keychain.
    elsewhere: process.platform === "darwin",
  }),
  command,
  byDirectory: { files: kept, local },
  guard: { files, offBy },
  resumeByHand: (session) => ["claude", "--resume", session],
  start,
  decode,
  classify: (exit, facts, stderrTail) => classifyStream(exit, facts, stderrTail, [...SENTENCES, ...PROVIDERS]),
};
