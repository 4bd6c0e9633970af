/** What `fleet gc` prints: what would be deleted, or was. Pure. */
import { duration } from "@fleet/kit/duration";
import { counted } from "@fleet/kit/figures";
import { sizeText } from "@fleet/kit/size";
import { table } from "@fleet/kit/table";
import { wrap } from "@fleet/kit/width";

import type { Collected } from "../../app/operations/gc.ts";
import { takeOutLine } from "../../app/take-out.ts";
import { wholeCommands } from "../whole-commands.ts";
import type { Screen } from "./tasks-table.ts";

/** `line`: the command as given; with `--yes` added it deletes. */
export function collectedLines(done: Collected, line: string, screen: Screen): string[] {
  const { c, width, now } = screen;
  const { attempts, workspaces, depots, landings, refs, let_go, removed } = done;
  if (done.total === 0 && [workspaces, depots, landings, done.undeleted].every(({ length }) => length === 0))
    return ["Nothing to delete. There are no attempts."];
  const rows = attempts.map(({ task, attempt, bytes, ended_at, why }) => [
    task,
    `attempt ${attempt}`,
    sizeText(bytes),
    `ended ${duration(now - Date.parse(ended_at))} ago`,
    why === "age" ? "old" : "too much",
  ]);
  const going = workspaces.filter(({ goes }) => goes);
  const goingDepots = depots.filter(({ goes }) => goes);
  const goingTrees = landings.filter(({ goes }) => goes);
  rows.push(
    ...going.map(({ task, bytes, why }) => [task, "workspace", sizeText(bytes), why, ""]),
    ...goingDepots.map(({ source, bytes, why }) => [source, "depot", sizeText(bytes), why, ""]),
    ...goingTrees.map(({ dir, source, bytes, why }) => [source ?? dir, "landing tree", sizeText(bytes), why, ""]),
    ...refs.map(({ task, ref, repository }) => [task, "ref", "", `${ref} of ${repository}`, ""]),
  );
  const all = `${counted(done.total, "attempt takes", "attempts take")} ${sizeText(done.total_bytes)}; ${done.bound} ${done.bound === 1 ? "stays" : "stay"}: open, running, or the newest of a task that waits.`;
  const bytes = [done, ...going, ...goingDepots, ...goingTrees].reduce((sum, one) => sum + one.bytes, 0);
  const parts = [
    attempts.length === 0 ? [] : [counted(attempts.length, "attempt")],
    going.length === 0 ? [] : [counted(going.length, "workspace")],
    let_go.length === 0 ? [] : [`what is kept of ${counted(let_go.length, "task")} (${let_go.join(", ")})`],
    goingDepots.length === 0 ? [] : [counted(goingDepots.length, "depot")],
    goingTrees.length === 0 ? [] : [counted(goingTrees.length, "landing tree")],
    refs.length === 0 ? [] : [counted(refs.length, "ref")],
  ].flat();
  const these = `${parts.join(", ")}, ${sizeText(bytes)}`;
  const verdict =
    parts.length === 0
      ? "Nothing to delete."
      : removed
        ? `Deleted ${these}.`
        : `Would delete ${these}. To delete: ${line} --yes`;
  return [
    ...table(rows, { width }),
    ...[all, ...staying(done), ...depotLines(done)].flatMap((text) => wrap(text, width)).map(c.dim),
    ...wrap(wholeCommands(verdict), width),
  ];
}

const staying = ({ workspaces, landings, undeleted }: Collected): string[] => [
  ...workspaces
    .filter(({ goes }) => !goes)
    .map(({ task, bytes, why }) => `The workspace of ${task} stays (${sizeText(bytes)}): ${why}.`),
  ...landings
    .filter(({ goes }) => !goes)
    .map(({ dir, source, bytes, why }) => `The landing tree of ${source ?? dir} stays (${sizeText(bytes)}): ${why}.`),
  ...undeleted.map((what) => `Of a workspace that was deleted before: ${what}.`),
];

/** The depots, and the state of the repositories that they belong to. */
function depotLines({ depots }: Collected): string[] {
  return depots
    .filter(({ goes }) => !goes)
    .map(({ source, source_is, moved_to, bytes, shared_bytes, tasks, first_task, why }) => {
      const shared = shared_bytes === 0 ? "" : `, and shares ${sizeText(shared_bytes)} with it`;
      const keeps = tasks === 0 ? why : `keeps the work of ${counted(tasks, "task")}`;
      const about = SOURCE[source_is]({ to: moved_to ?? "", task: first_task ?? "ID" });
      return `The depot of ${source} ${keeps}: ${sizeText(bytes)}${shared}.${about}`;
    });
}

interface About {
  readonly to: string;
  /** One depot. */
  readonly task: string;
}

const SOURCE: Readonly<Record<Collected["depots"][number]["source_is"], (about: About) => string>> = {
  there: () => "",
  moved: ({ to }) => ` The repository is at ${to} now.`,
  several: ({ task }) =>
    ` The repository is gone, and others have its commits: fleet bd update ${task} --cwd DIR says which is meant.`,
  gone: ({ task }) =>
    ` The repository is gone: ${takeOutLine(task)} takes work out; fleet bd update ${task} --cwd DIR says where it was moved.`,
};
