/** The registration: one entry a command, in the order in which help shows them. Nothing of a command is loaded before it is called. */
import type { Command } from "./command.ts";

export interface Entry {
  /** As yargs writes it: "kill <id..>". */
  readonly usage: string;
  readonly summary: string;
  /** Run by git or by a coder: not in the list that people read. */
  readonly internal?: true;
  readonly load: () => Promise<Command>;
}

/** For the help: main.ts runs `fleet bd` before it loads this table. */
const bd: Command = {
  options: {},
  examples: [
    ['fleet bd create "Fix the login" -p 1 --coder claude', "a task for this directory"],
    ["fleet bd ready --json", "what could be worked on"],
  ],
  run: async () => 0,
};

export const COMMANDS: readonly Entry[] = [
  {
    usage: "init",
    summary: "make the home (~/.fleet, or FLEET_HOME)",
    load: async () => (await import("./init.ts")).init,
  },
  {
    usage: "bd [verb..]",
    summary: "the queue, as beads' bd: create, ready, show, update, close, dep, …",
    load: async () => bd,
  },
  {
    usage: "run <action>",
    summary: "the supervisor: start, stop, restart, status, foreground",
    load: async () => (await import("./run.ts")).run,
  },
  {
    usage: "tasks",
    summary: "what runs now; --all for every task",
    load: async () => (await import("./tasks.ts")).tasks,
  },
  {
    usage: "task <id> [view]",
    summary: "one task: attempts, log, plan, knowledge, diff, stderr, prompt, receipt",
    load: async () => (await import("./task.ts")).task,
  },
  {
    usage: "explain <id>",
    summary: "why a task does not start, what would change that, and when",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    usage: "compare <id..>",
    summary: "attempts side by side: coder, outcome, time, tokens, cost, changed lines, checks",
    load: async () => (await import("./compare.ts")).compare,
  },
  { usage: "log", summary: "what the supervisor did, line by line", load: async () => (await import("./log.ts")).log },
  {
    usage: "questions",
    summary: "what agents ask, and the line that answers it",
    load: async () => (await import("./questions.ts")).questions,
  },
  {
    usage: "answer <id> <text..>",
    summary: "answer what a task's agent asked: it goes on at once, or is started again with the answer",
    load: async () => (await import("./answer.ts")).answer,
  },
  {
    usage: "ask <question..>",
    summary: "inside an attempt: ask a person, and stop or wait for the answer",
    load: async () => (await import("./ask.ts")).ask,
  },
  {
    usage: "mcp",
    summary: "an MCP server on standard input and output: ask_human and the queue, for agents",
    load: async () => (await import("./mcp.ts")).mcp,
  },
  {
    usage: "kill <id..>",
    summary: "stop a task's attempt and block the task",
    load: async () => (await import("./kill.ts")).kill,
  },
  {
    usage: "retry <id..>",
    summary: "put blocked, waiting or closed tasks back into the queue",
    load: async () => (await import("./retry.ts")).retry,
  },
  {
    usage: "pause [account]",
    summary: "claim nothing new, or nothing on one account; what runs goes on",
    load: async () => (await import("./mode.ts")).pause,
  },
  {
    usage: "resume [held]",
    summary: "claim again after pause or drain; everything that is held too, or only what bears the name",
    load: async () => (await import("./mode.ts")).resume,
  },
  {
    usage: "drain",
    summary: "claim nothing new and wait until nothing runs",
    load: async () => (await import("./mode.ts")).drain,
  },
  {
    usage: "gc",
    summary: "take away what old attempts left; shows what would go, until --yes",
    load: async () => (await import("./gc.ts")).gc,
  },
  {
    usage: "service <action>",
    summary: "the supervisor as a service of yours (systemd, launchd): install, remove, status",
    load: async () => (await import("./service.ts")).service,
  },
  {
    usage: "config <action> [settings..]",
    summary: "the settings: show, set KEY=VALUE …",
    load: async () => (await import("./config.ts")).config,
  },
  {
    usage: "coders",
    summary: "the coders: version, where it was found, signed in or not, how to install it",
    load: async () => (await import("./coders.ts")).coders,
  },
  {
    usage: "shim <action> [dir]",
    summary: "a bd on PATH that is `fleet bd`: shim install | remove | status",
    load: async () => (await import("./shim.ts")).shim,
  },
  {
    usage: "accounts",
    summary: "the accounts: free or parked until when, window use, running, spent today",
    load: async () => (await import("./accounts.ts")).accounts,
  },
  {
    usage: "sync [remote]",
    summary: "merge with another home: fetch, merge by issue and field, push",
    load: async () => (await import("./sync.ts")).sync,
  },
  {
    usage: "clone <dir> [home]",
    summary: "a clone of the home with a working tree, to edit by hand and push",
    load: async () => (await import("./clone.ts")).clone,
  },
  {
    usage: "completion <shell>",
    summary: "a completion script for fleet and bd: bash, zsh, fish",
    load: async () => (await import("./completion.ts")).completion,
  },
  {
    usage: "complete-values <kind> [typed]",
    summary: "for completion scripts: ids of tasks, names of coders and accounts, statuses, types",
    internal: true,
    load: async () => (await import("./complete-values.ts")).completeValues,
  },
  {
    usage: "merge-driver <base> <ours> <theirs> [path]",
    summary: "for git in a clone: merges one file by issue and field, into <ours>",
    internal: true,
    load: async () => (await import("./merge-driver.ts")).mergeDriver,
  },
  {
    usage: "check-push <old> <new>",
    summary: "for git in the home: whether a push loses anything, or is not the attempt's to make",
    internal: true,
    load: async () => (await import("./check-push.ts")).checkPush,
  },
  {
    usage: "scope-hook <file>",
    summary: "for a coder's hook: refuses a write outside of what the task may change",
    internal: true,
    load: async () => (await import("./scope-hook.ts")).scopeHook,
  },
];

/** The word that calls it. */
export const nameOf = ({ usage }: Entry): string => usage.split(" ")[0] ?? "";
