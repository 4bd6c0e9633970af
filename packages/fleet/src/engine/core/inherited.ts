/**
 * What an attempt inherits of the environment in which the supervisor was started. Whoever starts it from inside an agent,
 * or in a terminal of one, leaves marks of that session there: a coder that finds them takes itself for the other's child.
 * Settings and credentials of the same programs pass. Pure.
 */
import { type Environment, withoutWhere } from "@fleet/kit/git/environment";

/** Variables that belong to a session, by whose it is; `*` stands for any ending. docs/operations.md lists the same. */
export const SESSION_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  fleet: ["FLEET_*"],
  beads: ["BEADS_*", "BD_*"],
  claude: [
    "CLAUDECODE",
    "CLAUDE_CODE_CHILD_SESSION",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SESSION_ACCESS_TOKEN",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_CODE_SSE_PORT",
    "CLAUDE_PROJECT_DIR",
  ],
  codex: ["CODEX_CI", "CODEX_SANDBOX*", "CODEX_THREAD_ID"],
  gemini: ["GEMINI_CLI", "GEMINI_CLI_IDE_*"],
  opencode: ["OPENCODE", "OPENCODE_PID", "OPENCODE_PROCESS_ROLE", "OPENCODE_RUN_ID", "OPENCODE_SESSION*"],
  "any agent": ["AI_AGENT"],
  "terminal multiplexers": ["STY", "TMUX", "TMUX_PANE"],
};

const SESSION = new RegExp(
  `^(?:${Object.values(SESSION_VARIABLES)
    .flat()
    .map((name) => name.replace("*", String.raw`\w*`))
    .join("|")})$`,
);

/** `secret`: variables from which an account's secrets come. An account's key is no other account's. */
export function inherited(around: Environment, secret: ReadonlySet<string>): Record<string, string> {
  const passing = Object.entries(withoutWhere(around)).filter(([name]) => !SESSION.test(name) && !secret.has(name));
  return Object.fromEntries(passing);
}
