/** The table of fleet's own commands, in the order of help. A command's module is loaded only when it is called. */
import type { Command } from "./command.ts";

/** Groups for the headings of `fleet --help`, in the order of a first day's use. */
export const AIMS = {
  start: "Start",
  queue: "Queue",
  run: "Run",
  watch: "Watch",
  decide: "Decide",
  more: "More",
} as const;

export interface Entry {
  /** `<id>` is required, `[view]` optional, `<id..>` repeats. */
  readonly usage: string;
  readonly summary: string;
  readonly aim: keyof typeof AIMS;
  /** Its lines in `fleet --help`; a command without lines is only named in the last line of its group. */
  readonly brief?: readonly (readonly [words: string, what: string])[];
  /** Called by git or by a coder; not listed for people. */
  readonly internal?: true;
  readonly load: () => Promise<Command>;
}

/** For help only: main.ts runs `fleet bd` before it loads this table. */
const bd: Command = {
  options: {},
  examples: [
    ['fleet create "Fix the login" -p 1 --coder claude', "a task for this directory"],
    ["fleet ready --json", "what could be worked on"],
  ],
  run: async () => 0,
};

export const COMMANDS: readonly Entry[] = [
  {
    usage: "init",
    summary: "create the home (~/.fleet, or FLEET_HOME) and choose a coder",
    aim: "start",
    brief: [["init", "create the home (~/.fleet) and choose a coder"]],
    load: async () => (await import("./init.ts")).init,
  },
  {
    usage: "coders",
    summary: "the coders: version, where it was found, signed in or not, how to install it",
    aim: "start",
    brief: [["coders", "which coding agents are installed and signed in"]],
    load: async () => (await import("./coders.ts")).coders,
  },
  {
    usage: "bd [verb..]",
    summary: "the queue, as beads' bd: create, ready, show, update, close, dep, …",
    aim: "queue",
    brief: [
      ["create", "add a task for this directory"],
      ["bd", "list, ready, show, update, close, dep, …: fleet bd --help"],
    ],
    load: async () => bd,
  },
  {
    usage: "experiment <title>",
    summary: "one task for several coders or models at once, to be compared; nothing lands",
    aim: "queue",
    load: async () => (await import("./experiment.ts")).experiment,
  },
  {
    usage: "run <action>",
    summary: "the supervisor: start, stop, restart, status, foreground",
    aim: "run",
    brief: [["run", "the supervisor: start, stop, restart, status"]],
    load: async () => (await import("./run.ts")).run,
  },
  {
    usage: "pause [account]",
    summary: "claim nothing new, or nothing on one account; running tasks continue",
    aim: "run",
    load: async () => (await import("./mode.ts")).pause,
  },
  {
    usage: "resume [held]",
    summary: "claim again after pause or drain; lifts every hold, or only those of the name",
    aim: "run",
    load: async () => (await import("./mode.ts")).resume,
  },
  {
    usage: "drain",
    summary: "claim nothing new, and wait until nothing is running",
    aim: "run",
    load: async () => (await import("./mode.ts")).drain,
  },
  {
    usage: "top",
    summary: "what needs you, what runs, what is finished: full screen, a key for everything",
    aim: "watch",
    brief: [["top", "what needs you, what runs, what is finished, with keys"]],
    load: async () => (await import("./top.ts")).top,
  },
  {
    usage: "tasks",
    summary: "running tasks; --all for every task",
    aim: "watch",
    brief: [["tasks", "what is running; --all: every task, and why it waits"]],
    load: async () => (await import("./tasks.ts")).tasks,
  },
  {
    usage: "task <id> [view]",
    summary: "one task: attempts, log, plan, knowledge, diff, stderr, prompt, receipt, result, path; open, restore",
    aim: "watch",
    brief: [["task", "one task: its attempts, log, diff, receipt"]],
    load: async () => (await import("./task.ts")).task,
  },
  {
    usage: "log [id]",
    summary: "what the supervisor and people did, line by line; of one task",
    aim: "watch",
    load: async () => (await import("./log.ts")).log,
  },
  {
    usage: "explain <id>",
    summary: "why a task does not start, what would change that, and when",
    aim: "watch",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    usage: "compare <id..>",
    summary: "attempts side by side, of an epic its tasks: outcome, time, tokens, cost, lines, checks",
    aim: "watch",
    load: async () => (await import("./compare.ts")).compare,
  },
  {
    usage: "stats",
    summary: "--evidence: at which grade tasks were closed, by coder, and how many were sent back",
    aim: "watch",
    load: async () => (await import("./stats.ts")).stats,
  },
  {
    usage: "checkout <id>",
    summary: "bring the branch of a task that works in a clone into your repository",
    aim: "decide",
    load: async () => (await import("./checkout.ts")).checkout,
  },
  {
    usage: "accounts",
    summary: "the accounts: free or on hold until when, window use, running, spent today",
    aim: "watch",
    load: async () => (await import("./accounts.ts")).accounts,
  },
  {
    usage: "questions",
    summary: "what agents ask and what they claim without proof, and the line that answers it",
    aim: "decide",
    load: async () => (await import("./questions.ts")).questions,
  },
  {
    usage: "answer <id> <text..>",
    summary: "answer what a task's agent asked; it resumes with the answer",
    aim: "decide",
    load: async () => (await import("./answer.ts")).answer,
  },
  {
    usage: "review [id]",
    summary: "work that waits for your review; of one task its receipt, remarks and diff, to approve or send back",
    aim: "decide",
    load: async () => (await import("./review.ts")).review,
  },
  {
    usage: "pick <id>",
    summary: "pick one task of an experiment: it goes to review or landing, the others close",
    aim: "decide",
    load: async () => (await import("./pick.ts")).pick,
  },
  {
    usage: "approve <id..>",
    summary: "accept an attempt's claim to be done; the task closes in your name",
    aim: "decide",
    load: async () => (await import("./approve.ts")).approve,
  },
  {
    usage: "land [id..]",
    summary: "bring the accepted work of tasks that work in clones onto their branches; --dry-run, --undo",
    aim: "decide",
    load: async () => (await import("./land.ts")).land,
  },
  {
    usage: "pr [id..]",
    summary: "pull requests of accepted work, with gh: open and update them, bring comments back",
    aim: "decide",
    load: async () => (await import("./pr.ts")).pr,
  },
  {
    usage: "reject <id..>",
    summary: "reject an attempt's claim to be done, and say what is missing (-m)",
    aim: "decide",
    load: async () => (await import("./reject.ts")).reject,
  },
  {
    usage: "retry [id..]",
    summary: "put blocked, waiting or closed tasks back in the queue with fresh tries; history is kept",
    aim: "decide",
    load: async () => (await import("./retry.ts")).retry,
  },
  {
    usage: "kill [id..]",
    summary: "stop a task's attempt and block the task",
    aim: "decide",
    load: async () => (await import("./kill.ts")).kill,
  },
  {
    usage: "config <action> [settings..]",
    summary: "the settings: show, get KEY, set KEY=VALUE, unset KEY, edit, path",
    aim: "more",
    load: async () => (await import("./config.ts")).config,
  },
  {
    usage: "notify [action] [channel]",
    summary: "the channels that call you when something needs you: show, test, send",
    aim: "more",
    load: async () => (await import("./notify.ts")).notify,
  },
  {
    usage: "gc",
    summary: "delete what old attempts left behind; shows what it would delete, until --yes",
    aim: "more",
    load: async () => (await import("./gc.ts")).gc,
  },
  {
    usage: "sync [remote]",
    summary: "merge with another home: fetch, merge by issue and field, push",
    aim: "more",
    load: async () => (await import("./sync.ts")).sync,
  },
  {
    usage: "clone <dir> [home]",
    summary: "a clone of the home with a working tree, to edit by hand and push",
    aim: "more",
    load: async () => (await import("./clone.ts")).clone,
  },
  {
    usage: "service <action>",
    summary: "the supervisor as a service of yours (systemd, launchd): install, remove, status",
    aim: "more",
    load: async () => (await import("./service.ts")).service,
  },
  {
    usage: "shim <action> [dir]",
    summary: "a bd on PATH that is `fleet bd`: shim install | remove | status",
    aim: "more",
    load: async () => (await import("./shim.ts")).shim,
  },
  {
    usage: "completion <shell>",
    summary: "a completion script for fleet and bd: bash, zsh, fish",
    aim: "more",
    load: async () => (await import("./completion.ts")).completion,
  },
  {
    usage: "ask <question..>",
    summary: "inside an attempt: ask a person, and stop or wait for the answer",
    aim: "more",
    load: async () => (await import("./ask.ts")).ask,
  },
  {
    usage: "mcp",
    summary: "an MCP server on standard input and output: ask_human and the queue, for agents",
    aim: "more",
    load: async () => (await import("./mcp.ts")).mcp,
  },
  {
    usage: "complete-values <kind> [typed]",
    summary: "for completion scripts: ids of tasks, names of coders and accounts, statuses, types",
    aim: "more",
    internal: true,
    load: async () => (await import("./complete-values.ts")).completeValues,
  },
  {
    usage: "merge-driver <base> <ours> <theirs> [path]",
    summary: "for git in a clone: merges one file by issue and field, into <ours>",
    aim: "more",
    internal: true,
    load: async () => (await import("./merge-driver.ts")).mergeDriver,
  },
  {
    usage: "check-push <old> <new>",
    summary: "for git in the home: whether a push loses anything, or is not the attempt's to make",
    aim: "more",
    internal: true,
    load: async () => (await import("./check-push.ts")).checkPush,
  },
  {
    usage: "scope-hook <file>",
    summary: "for a coder's hook: refuses a write outside of what the task may change",
    aim: "more",
    internal: true,
    load: async () => (await import("./scope-hook.ts")).scopeHook,
  },
];

/** The word that selects it. */
export const nameOf = ({ usage }: Entry): string => usage.split(" ")[0] ?? "";
