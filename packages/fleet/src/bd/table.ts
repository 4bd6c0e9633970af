/** All verbs: names, a line of help, and how to load them. A verb's module is loaded only when it is called. */
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
      { name: "q", summary: "Quick capture: create an issue, print only its ID", load: () => import("./verbs/q.ts") },
      { name: "show", aliases: ["view"], summary: "Show issue details", load: () => import("./verbs/show.ts") },
      { name: "update", summary: "Update one or more issues", load: () => import("./verbs/update.ts") },
      { name: "close", aliases: ["done"], summary: "Close one or more issues", load: () => import("./verbs/close.ts") },
      { name: "reopen", summary: "Reopen closed issues", load: () => import("./verbs/reopen.ts") },
      { name: "delete", summary: "Delete issues and clean up references", load: () => import("./verbs/delete.ts") },
      { name: "comment", summary: "Add a comment", load: () => import("./verbs/comment.ts") },
      { name: "comments", summary: "View or add comments", load: () => import("./verbs/comments.ts") },
      { name: "label", summary: "Manage labels", load: () => import("./verbs/label.ts") },
      { name: "note", summary: "Append a note", load: () => import("./verbs/note.ts") },
      { name: "assign", summary: "Assign an issue to someone", load: () => import("./verbs/assign.ts") },
      { name: "priority", summary: "Set the priority", load: () => import("./verbs/priority.ts") },
      { name: "tag", summary: "Add a label", load: () => import("./verbs/tag.ts") },
      { name: "edit", summary: "Edit a field in $EDITOR", load: () => import("./verbs/edit.ts") },
      { name: "rename", summary: "Change the ID of an issue", load: () => import("./verbs/rename.ts") },
      { name: "batch", summary: "Run several writes as one commit", load: () => import("./verbs/batch.ts") },
      { name: "defer", summary: "Defer issues", load: () => import("./verbs/defer.ts") },
      { name: "undefer", summary: "End the deferral of issues", load: () => import("./verbs/undefer.ts") },
      { name: "undo", summary: "Undo the last change", load: () => import("./verbs/undo.ts") },
    ],
  },
  {
    title: "Finding Issues",
    entries: [
      { name: "ready", summary: "Show ready work", load: () => import("./verbs/ready.ts") },
      { name: "list", summary: "List issues", load: () => import("./verbs/list.ts") },
      { name: "blocked", summary: "Show blocked issues", load: () => import("./verbs/blocked.ts") },
      { name: "search", summary: "Search by title or ID", load: () => import("./verbs/search.ts") },
      { name: "query", summary: "Query with a small language", load: () => import("./verbs/query.ts") },
      { name: "children", summary: "List child issues", load: () => import("./verbs/children.ts") },
      { name: "epic", summary: "Progress of epics", load: () => import("./verbs/epic.ts") },
      { name: "count", summary: "Count issues", load: () => import("./verbs/count.ts") },
      { name: "stale", summary: "Stale issues: not updated in 30 days", load: () => import("./verbs/stale.ts") },
      {
        name: "status",
        aliases: ["stats"],
        summary: "Count open, blocked and ready issues",
        load: () => import("./verbs/status.ts"),
      },
      { name: "history", summary: "History of an issue", load: () => import("./verbs/history.ts") },
      { name: "human", summary: "Issues that need a person", load: () => import("./verbs/human.ts") },
      { name: "todo", summary: "TODO items", load: () => import("./verbs/todo.ts") },
      { name: "orphans", summary: "Open issues that a commit here mentions", load: () => import("./verbs/orphans.ts") },
      { name: "preflight", summary: "Checklist for a pull request", load: () => import("./verbs/preflight.ts") },
      { name: "lint", summary: "Issues without the sections they need", load: () => import("./verbs/lint.ts") },
      { name: "statuses", summary: "List valid statuses", load: () => import("./verbs/statuses.ts") },
      { name: "types", summary: "List valid types", load: () => import("./verbs/types.ts") },
    ],
  },
  {
    title: "Dependencies",
    entries: [
      { name: "dep", summary: "Manage dependencies", load: () => import("./verbs/dep.ts") },
      { name: "link", summary: "Shorthand for dep add", load: () => import("./verbs/link.ts") },
      { name: "duplicate", summary: "Mark as duplicate, and close", load: () => import("./verbs/duplicate.ts") },
      { name: "graph", summary: "Dependency graph, in layers", load: () => import("./verbs/graph.ts") },
      { name: "duplicates", summary: "Issues with the same content", load: () => import("./verbs/duplicates.ts") },
      {
        name: "find-duplicates",
        aliases: ["find-dups"],
        summary: "Issues with similar wording",
        load: () => import("./verbs/find-duplicates.ts"),
      },
      { name: "supersede", summary: "Mark as superseded, and close", load: () => import("./verbs/supersede.ts") },
    ],
  },
  {
    title: "Memory",
    entries: [
      { name: "remember", summary: "Store a persistent memory", load: () => import("./verbs/remember.ts") },
      { name: "memories", summary: "List or search memories", load: () => import("./verbs/memories.ts") },
      { name: "recall", summary: "Retrieve a memory", load: () => import("./verbs/recall.ts") },
      { name: "forget", summary: "Remove a memory", load: () => import("./verbs/forget.ts") },
      { name: "kv", summary: "Key-value store", load: () => import("./verbs/kv.ts") },
    ],
  },
  {
    title: "Setup and Data",
    entries: [
      { name: "init", summary: "Create the home", load: () => import("./verbs/init.ts") },
      { name: "prime", summary: "Workflow context for agents", load: () => import("./verbs/prime.ts") },
      { name: "onboard", summary: "Print a short text for AGENTS.md", load: () => import("./verbs/onboard.ts") },
      { name: "quickstart", summary: "First steps", load: () => import("./verbs/quickstart.ts") },
      { name: "config", summary: "Manage configuration", load: () => import("./verbs/config.ts") },
      { name: "export", summary: "Export as JSON lines", load: () => import("./verbs/export.ts") },
      { name: "import", summary: "Import JSON lines", load: () => import("./verbs/import.ts") },
      {
        name: "rename-prefix",
        summary: "Change the prefix of all IDs",
        load: () => import("./verbs/rename-prefix.ts"),
      },
      { name: "setup", summary: "Instructions for an agent's tool", load: () => import("./verbs/setup.ts") },
      { name: "where", summary: "Show where issues are stored", load: () => import("./verbs/where.ts") },
      { name: "info", summary: "Show what is stored, and how much", load: () => import("./verbs/info.ts") },
      { name: "context", summary: "Show home, prefix and actor", load: () => import("./verbs/context.ts") },
      { name: "doctor", summary: "Find problems and fix them", load: () => import("./verbs/doctor.ts") },
      { name: "version", summary: "Print the version", load: () => import("./verbs/version.ts") },
      { name: "help", summary: "Help about any command", load: () => import("./verbs/help.ts") },
      {
        name: "completion",
        summary: "Completion script for a shell",
        load: () => import("./verbs/completion.ts"),
      },
      { name: "hooks", summary: "Nothing to do", hidden: true, load: () => import("./verbs/hooks.ts") },
      { name: "sync", summary: "Nothing to do", hidden: true, load: () => import("./verbs/sync.ts") },
      { name: "codex-hook", summary: "Does nothing", hidden: true, load: () => import("./verbs/codex-hook.ts") },
    ],
  },
];

const ENTRIES = GROUPS.flatMap(({ entries }) => entries);

export const NAMES: readonly string[] = ENTRIES.flatMap(({ name, hidden }) => (hidden === true ? [] : [name]));

export const locate = (word: string): Entry | undefined =>
  ENTRIES.find(({ name, aliases }) => name === word || aliases?.includes(word) === true);

/** bd's verbs that make no sense here (beads 1.0.5 has them). */
const UNSUPPORTED: ReadonlySet<string> = new Set(
  (
    "dolt vc branch diff sql backup restore bootstrap federation flatten compact gc prune purge migrate upgrade admin " +
    "repo worktree mol cook formula swarm gate merge-slot promote ship mail jira linear github gitlab ado notion audit " +
    "rules set-state state create-form"
  ).split(" "),
);

export const isUnsupported = (word: string): boolean => UNSUPPORTED.has(word);
