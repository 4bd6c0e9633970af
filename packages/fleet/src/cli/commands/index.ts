/** The registration: one line a command, in the order in which help shows them. */
import type { Command } from "./command.ts";
import { accounts } from "./accounts.ts";
import { answer } from "./answer.ts";
import { ask } from "./ask.ts";
import { checkPush } from "./check-push.ts";
import { clone } from "./clone.ts";
import { coders } from "./coders.ts";
import { compare } from "./compare.ts";
import { completeValues } from "./complete-values.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { explain } from "./explain.ts";
import { gc } from "./gc.ts";
import { init } from "./init.ts";
import { kill } from "./kill.ts";
import { log } from "./log.ts";
import { mcp } from "./mcp.ts";
import { mergeDriver } from "./merge-driver.ts";
import { drain, pause, resume } from "./mode.ts";
import { questions } from "./questions.ts";
import { retry } from "./retry.ts";
import { run } from "./run.ts";
import { service } from "./service.ts";
import { shim } from "./shim.ts";
import { scopeHook } from "./scope-hook.ts";
import { sync } from "./sync.ts";
import { task } from "./task.ts";
import { tasks } from "./tasks.ts";

/** For the help: main.ts runs `fleet bd` before it loads this table. */
const bd: Command = {
  usage: ["bd [verb..]"],
  summary: "the queue, as beads' bd: create, ready, show, update, close, dep, …",
  options: {},
  examples: [
    ['fleet bd create "Fix the login" -p 1 --coder claude', "a task for this directory"],
    ["fleet bd ready --json", "what could be worked on"],
  ],
  run: async () => 0,
};

export const COMMANDS: readonly Command[] = [
  init,
  bd,
  run,
  tasks,
  task,
  explain,
  compare,
  log,
  questions,
  answer,
  ask,
  mcp,
  kill,
  retry,
  pause,
  resume,
  drain,
  gc,
  service,
  config,
  coders,
  shim,
  accounts,
  sync,
  clone,
  completion,
  completeValues,
  mergeDriver,
  checkPush,
  scopeHook,
];
