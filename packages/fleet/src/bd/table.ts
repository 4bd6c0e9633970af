/** Every verb: its names, one line on it, and how to load it. Nothing of a verb is loaded before it is called. */
import type { Verb } from "./verb.ts";

export interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
  /** Works, but is not shown in the overview. */
  readonly hidden?: boolean;
}

export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

export const GROUPS: readonly Group[] = [
  {
    title: "Working With Issues",
    entries: [
      { name: "create", aliases: ["new"], summary: "Create a new issue", load: () => import("./verbs/create.ts") },
      { name: "show", aliases: ["view"], summary: "Show issue details", load: () => import("./verbs/show.ts") },
      { name: "list", summary: "List issues", load: () => import("./verbs/list.ts") },
      { name: "ready", summary: "Show ready work", load: () => import("./verbs/ready.ts") },
      { name: "update", summary: "Update one or more issues", load: () => import("./verbs/update.ts") },
      { name: "close", aliases: ["done"], summary: "Close one or more issues", load: () => import("./verbs/close.ts") },
    ],
  },
  {
    title: "Setup",
    entries: [{ name: "init", summary: "Make the home", load: () => import("./verbs/init.ts") }],
  },
];

const ENTRIES = GROUPS.flatMap(({ entries }) => entries);

export const NAMES: readonly string[] = ENTRIES.flatMap(({ name, hidden }) => (hidden === true ? [] : [name]));

export const locate = (word: string): Entry | undefined =>
  ENTRIES.find(({ name, aliases }) => name === word || aliases?.includes(word) === true);

/** Verbs of bd that this store has no use for (BEADS 5, T3). */
const UNSUPPORTED: ReadonlySet<string> = new Set(
  (
    "dolt vc branch diff sql backup restore bootstrap federation flatten compact gc prune purge migrate upgrade admin " +
    "repo worktree mol cook formula swarm gate merge-slot promote ship mail jira linear github gitlab ado notion audit " +
    "rules set-state state create-form"
  ).split(" "),
);

export const isUnsupported = (word: string): boolean => UNSUPPORTED.has(word);
