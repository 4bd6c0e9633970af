import type { Verb } from "../verb.ts";

/** Called by hooks that `bd init` once installed for Codex; it has to succeed without output that breaks them. */
export const verb: Verb = {
  usage: "codex-hook [event...]",
  summary: "Codex hook: does nothing",
  examples: ["codex-hook SessionStart"],
  run: () => undefined,
};
