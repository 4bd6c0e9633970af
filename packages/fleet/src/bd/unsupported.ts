/** The answer for verbs of bd that this store has no use for (BEADS 5, T3). */
import type { Io } from "../io.ts";

/** Where there is something else that serves. */
const INSTEAD: Readonly<Record<string, string>> = {
  batch: "run the commands one by one; a store of git objects takes some 60 a second",
  backup: "the home is a git repository: git clone it, or push it",
  branch: "the home is a git repository; its history is one branch",
  compact: "nothing has to be compacted; git gc in the home packs its objects",
  diff: "git --git-dir=~/.fleet/.git diff A B",
  federation: "fleet sync",
  gc: "git --git-dir=~/.fleet/.git gc",
  graph: "bd dep tree ID, bd dep tree ID --format mermaid",
  rename: "bd create --id NEW …, then bd supersede OLD --with NEW",
  "rename-prefix": "bd config set issue_prefix NEW (for new issues; old ones keep their ids)",
  restore: "git --git-dir=~/.fleet/.git log; every version of every issue is there",
  setup: "bd onboard prints a text for AGENTS.md; bd prime --hook-json serves a session hook",
  sql: "bd list --json, bd query",
  vc: "git --git-dir=~/.fleet/.git log",
};

export function unsupported(io: Io, word: string, rest: readonly string[]): number {
  // AGENTS.md files tell agents to run these at the end of a session; there is nothing to push, and no harm done.
  if (word === "dolt" && (rest[0] === "push" || rest[0] === "pull" || rest[0] === "commit")) {
    io.err(`bd dolt ${rest[0]}: nothing to do, every change is a git commit in the fleet's home\n`);
    return 0;
  }
  io.err(`Error: 'bd ${word}' is not supported by this store\n`);
  const instead = INSTEAD[word];
  if (instead !== undefined) io.err(`Hint: ${instead}\n`);
  return 1;
}
