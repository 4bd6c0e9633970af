/** `fleet tasks`: running tasks and their health; with --all those that need you, wait or are closed; with -w repeatedly. */
import { wrap, terminalWidth } from "@fleet/kit/width";
import { coderNames } from "../../app/coder-names.ts";
import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Fleet, openFleet } from "../../app/open.ts";
import { type Scope, STATES, type TaskRow } from "../../app/views/overview.ts";
import { besideTasks, taskDirectories, taskRows } from "../../app/views/tasks.ts";
import { colours } from "../style.ts";
import { closedTable, runningTable, type Screen, waitingTable } from "../screens/tasks-table.ts";
import { waitingSummary } from "../screens/waiting-summary.ts";
import { watch } from "../screens/watch.ts";
import { wholeCommands } from "../whole-commands.ts";
import { type Chosen, chosenBy, isChosen } from "../task-filter.ts";
import { type Args, type Command, flag, json } from "./command.ts";

export const tasks: Command = {
  values: { state: STATES },
  options: {
    all: { alias: "a", type: "boolean", describe: "all tasks, with the reason why each waits" },
    state: { type: "string", describe: "only tasks in this state" },
    project: { type: "string", describe: "only tasks of this project: its name, or a directory" },
    coder: { type: "string", describe: "only tasks of this coder" },
    watch: { alias: "w", type: "boolean", describe: "show it again each second, until Ctrl-C" },
  },
  examples: [
    ["fleet tasks", "id, coder, project, time, quiet for, working or not, tokens, context, last action"],
    ["fleet tasks --state needs-you", "tasks that need you"],
    ["fleet tasks --all --json", "everything, for programs"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const chosen = await chosenBy(io, args, {
      coders: async () => await coderNames(fleet.home),
      directories: () => taskDirectories(fleet),
    });
    if (flag(args, "watch")) {
      await watch(io, async (now) => await tasksText(now, fleet, args, chosen));
      return EXIT.ok;
    }
    if (flag(args, "json")) io.out(json({ tasks: await rowsOf(fleet, scopeOf(args, chosen, "running"), chosen) }));
    else io.out(await tasksText(io, fleet, args, chosen));
    return EXIT.ok;
  },
};

/** Tasks to look through: with `--state` all, because it may be of any state. `least`: the set without flags. */
function scopeOf(args: Args, { state, isNarrowed }: Chosen, least: Scope): Scope {
  if (state !== undefined) return state === "closed" ? "all" : "live";
  return flag(args, "all") || isNarrowed ? "all" : least;
}

const rowsOf = async (fleet: Fleet, scope: Scope, chosen: Chosen): Promise<TaskRow[]> =>
  (await taskRows(fleet, scope)).filter((row) => isChosen(chosen, row));

async function tasksText(io: Io, fleet: Fleet, args: Args, chosen: Chosen): Promise<string> {
  const screen: Screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
  const rows = await rowsOf(fleet, scopeOf(args, chosen, "live"), chosen);
  const { supervised, said } = besideTasks(fleet);
  const isRunningWanted = chosen.state === undefined || chosen.state === "running";
  const parts = [
    isRunningWanted ? runningLines(rows, screen, flag(args, "all") || chosen.isNarrowed, supervised) : [],
    ...(flag(args, "all") || chosen.isNarrowed ? tables(rows, screen) : []),
  ].filter((part) => part.length > 0);
  if (parts.length === 0) parts.push([`No tasks are ${chosen.state ?? "there"}.`]);
  const lines = parts.flatMap((part, at) => (at === 0 ? part : ["", ...part]));
  return [...lines, ...said.flatMap((line) => wrap(wholeCommands(line), screen.width)), ""].join("\n");
}

const tables = (rows: readonly TaskRow[], screen: Screen): string[][] => [
  waitingTable(
    rows.filter(({ state }) => state !== "running" && state !== "closed"),
    screen,
  ),
  closedTable(
    rows.filter(({ state }) => state === "closed"),
    screen,
  ),
];

/** `isAll`: the other tasks are listed below, so they aren't counted here. */
function runningLines(rows: readonly TaskRow[], screen: Screen, isAll: boolean, supervised: boolean): string[] {
  const { c, width, now } = screen;
  const running = rows.filter(({ state }) => state === "running");
  const summary = isAll ? undefined : waitingSummary(rows, now, running.length === 0);
  if (running.length === 0) {
    const isSaid = !isAll && rows.some(({ why }) => why?.kind === "unsupervised");
    return [
      ...wrap(wholeCommands(summary === undefined ? "No tasks running." : `No tasks running: ${summary}`), width),
      ...(supervised || isSaid ? [] : wrap(wholeCommands("No supervisor is running: fleet run start"), width)),
    ];
  }
  const isOurs = running.some(({ why }) => why?.kind !== "elsewhere");
  return [
    ...runningTable(running, screen),
    ...(summary === undefined ? [] : wrap(wholeCommands(summary), width).map(c.dim)),
    ...(supervised || !isOurs ? [] : wrap("No supervisor is running; `fleet run start` will pick these up.", width)),
  ];
}
