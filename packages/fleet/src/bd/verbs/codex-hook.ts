import type { Verb } from "../verb.ts";

/** Hooks that `bd init` once installed for Codex call this; it must succeed and say nothing that breaks them. */
export const verb: Verb = {
  usage: "codex-hook [event...]",
  summary: "Codex hook: does nothing",
  examples: ["codex-hook SessionStart"],
  run: () => undefined,
};
