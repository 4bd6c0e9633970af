/** Answers for bd's verbs that make no sense here (beads 1.0.5 has them). */
import { own } from "@fleet/kit/own";
import { gitDirOf } from "@fleet/store/home";
import { gitOn } from "@fleet/store/git/hint";

import type { Io } from "../app/io.ts";

/** Replaced by git with this home's directory. */
const HOME_GIT = "HOME_GIT";
/** The replacement, if there is one. */
const INSTEAD: Readonly<Record<string, string>> = {
  admin: "fleet bd doctor",
  ado: "fleet bd export, fleet bd import",
  audit: `${HOME_GIT} log; every change is a commit with its author`,
  backup: "the home is a git repository: git clone it, or fleet sync it with another",
  bootstrap: "fleet init, fleet bd import, or git clone of another home",
  branch: "the home is a git repository; its history is one branch",
  compact: "nothing has to be compacted; the home is packed when idle",
  cook: "fleet bd create -f plan.md",
  "create-form": 'fleet bd create "Title" --description "…"; fleet bd edit ID',
  diff: `${HOME_GIT} diff A B`,
  dolt: "the store is git: fleet sync, git log in the home",
  federation: "fleet sync",
  flatten: "nothing has to be flattened; the home is packed when idle",
  formula: "fleet bd create -f plan.md",
  gate: "fleet bd update ID --status blocked; fleet bd dep add ID OTHER",
  gc: `${HOME_GIT} gc; fleet does it when idle`,
  github: "fleet bd export, fleet bd import",
  gitlab: "fleet bd export, fleet bd import",
  jira: "fleet bd export, fleet bd import",
  linear: "fleet bd export, fleet bd import",
  mail: "fleet bd comment ID TEXT",
  "merge-slot": "fleet bd update ID --claim: one claim wins",
  migrate: "fleet reads every format it has written; a beads workspace comes in with fleet bd import --from-bd DIR",
  mol: "fleet bd create -t epic, fleet bd create --parent ID",
  notion: "fleet bd export, fleet bd import",
  promote: "fleet bd update ID --type TYPE",
  prune: "closed issues cost nothing; fleet bd delete ID --force",
  purge: "closed issues cost nothing; fleet bd delete ID --force",
  repo: "one home holds the tasks of every project: fleet bd create --cwd DIR",
  restore: `${HOME_GIT} log; every version of every issue is there: fleet bd history ID`,
  rules: "fleet bd remember, fleet bd prime",
  "set-state": "fleet bd update ID --add-label",
  ship: "fleet bd close ID",
  sql: "fleet bd query, fleet bd list --json",
  state: "fleet bd show ID, fleet bd label list ID",
  swarm: "fleet bd epic status, fleet tasks",
  upgrade: "update fleet itself: git pull && npm run build in its clone",
  vc: `${HOME_GIT} log`,
  worktree: "git worktree",
};

/** `home`: as named by the command line and the environment. */
export function unsupported(io: Io, home: string, word: string, rest: readonly string[]): number {
  // AGENTS.md files tell agents to run these at the end of a session: succeed, as there is nothing to push.
  if (word === "dolt" && (rest[0] === "push" || rest[0] === "pull" || rest[0] === "commit")) {
    io.err(`bd dolt ${rest[0]}: nothing to do, every change is a git commit in the fleet's home\n`);
    return 0;
  }
  io.err(`Error: 'bd ${word}' is not supported by this store\n`);
  const instead = own(INSTEAD, word);
  if (instead !== undefined) {
    const git = gitOn(gitDirOf(home));
    io.err(`Hint: ${instead.replaceAll(HOME_GIT, () => git)}\n`);
  }
  return 1;
}
