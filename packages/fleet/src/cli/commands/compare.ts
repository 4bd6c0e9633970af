/**
 * `fleet compare ID…`: the attempts of one or more tasks side by side; an epic stands for its tasks; for two tasks also their files'
 * differences.
 */
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Fleet, openFleet } from "../../app/open.ts";
import { keepPage } from "../../app/operations/keep-page.ts";
import { attemptRows } from "../../app/views/compare.ts";
import { comparedTasks, diffBetween, tasksBelow } from "../../app/views/experiment.ts";
import { reviewDiff } from "../../app/views/review-page.ts";
import { compareLines } from "../screens/compare-table.ts";
import { experimentLines } from "../screens/experiment-table.ts";
import { experimentPage } from "../screens/experiment-page.ts";
import { colours } from "../style.ts";
import { type Args, type Command, flag, json, text, texts } from "./command.ts";

type Issue = ReturnType<Fleet["find"]>;

export const compare: Command = {
  options: {
    diff: { type: "boolean", describe: "of two tasks: from the files of the first to those of the second" },
    html: { type: "string", describe: "of an epic: one page with all of it, and the diffs, into this file" },
  },
  examples: [
    ["fleet compare fleet-3f1", "the attempts of one task; of an epic its tasks"],
    ["fleet compare fleet-3f1 fleet-a7c", "the same work, given to two coders"],
    ["fleet compare fleet-3f1.1 fleet-3f1.2 --diff", "what the second has otherwise than the first"],
    ["fleet compare fleet-3f1 --html compared.html", "an experiment as a page"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const issues = texts(args, "id").map((argument) => fleet.find(argument));
    const [first, second] = issues;
    if (flag(args, "diff")) return await diff(io, args, fleet, issues);
    const tasks = first === undefined || second !== undefined ? undefined : tasksBelow(fleet, first);
    if (first !== undefined && tasks !== undefined) return await ofEpic(io, args, fleet, { epic: first, tasks });
    if (text(args, "html") !== undefined)
      throw new CommandError("--html is of an epic", "fleet compare EPIC --html FILE", EXIT.usage);
    const { home } = fleet;
    const ids = issues.map(({ id }) => id);
    const { config } = await fleet.settings();
    const rows = (
      await Promise.all(ids.map(async (id) => await attemptRows({ home, config, env: io.env, now: io.now() }, id)))
    ).flat();
    if (flag(args, "json")) io.out(json({ attempts: rows }));
    else if (rows.length === 0) io.out(`${ids.join(", ")}: not started yet.\n`);
    else io.out(`${compareLines(rows, screenOf(io)).join("\n")}\n`);
    return EXIT.ok;
  },
};

const screenOf = (io: Io) => ({ c: colours(io), width: terminalWidth(io), now: io.now() });

async function diff(io: Io, args: Args, fleet: Fleet, issues: readonly Issue[]): Promise<number> {
  const [one, other, ...more] = issues;
  if (one === undefined || other === undefined || more.length > 0)
    throw new CommandError("--diff is between two tasks", "fleet compare ID ID --diff", EXIT.usage);
  const shown = await diffBetween(fleet, one, other);
  if (flag(args, "json")) io.out(json({ from: one.id, to: other.id, diff: shown }));
  else if (shown === "") io.err(`${one.id} and ${other.id} have the same files.\n`);
  else if (io.isTerminal.stdout) io.out(shown);
  else io.exact(shown);
  return EXIT.ok;
}

interface OfEpic {
  readonly epic: Issue;
  readonly tasks: readonly Issue[];
}

async function ofEpic(io: Io, args: Args, fleet: Fleet, { epic, tasks }: OfEpic): Promise<number> {
  const compared = await comparedTasks(fleet, tasks);
  const file = text(args, "html");
  if (file !== undefined) {
    const begun = tasks.filter((task) => compared.some(({ id, attempts }) => id === task.id && attempts > 0));
    const diffs = await Promise.all(
      begun.map(async (task) => {
        const changed = await reviewDiff(fleet, task, io.env);
        return [task.id, changed.kind === "diff" ? changed.diff : changed.why] as const;
      }),
    );
    const { title, description = "" } = epic;
    const page = experimentPage({ title, description, tasks: compared, diffs: new Map(diffs) });
    const path = keepPage(io, file, page);
    if (!flag(args, "json")) io.out(`${path}\n`);
  }
  if (flag(args, "json")) io.out(json({ id: epic.id, title: epic.title, tasks: compared }));
  else if (file !== undefined) return EXIT.ok;
  else if (compared.length === 0) io.out(`${epic.id} has no tasks.\n`);
  else io.out(`${experimentLines(compared, screenOf(io)).join("\n")}\n`);
  return EXIT.ok;
}
