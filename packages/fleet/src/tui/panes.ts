/** Details of one task in a pane: read once, every second, or streamed. */
import { counted } from "@fleet/kit/figures";
import type { Fleet } from "../app/open.ts";
import { followEvents, logOf } from "../app/views/attempt-log.ts";
import { changesOf } from "../app/views/changes-of.ts";
import { taskPage, taskView } from "../app/views/task.ts";
import { taskText } from "../cli/screens/task-page.ts";
import { TaskLog } from "../cli/screens/task-log.ts";
import type { Screen } from "../cli/screens/tasks-table.ts";

/** A log's last lines; `fleet task ID log` has all of it. */
const MOST = 5_000;

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/** Colours are kept, because the pane cuts lines itself. */
export async function detailsLines(fleet: Fleet, id: string, screen: Screen): Promise<string[]> {
  const issue = fleet.find(id);
  const shown = await taskView(fleet, issue.id, undefined);
  return linesOf(taskText(taskPage(fleet, issue, shown), shown, screen));
}

export async function diffLines(fleet: Fleet, id: string): Promise<string[]> {
  const of = { home: fleet.home, issue: fleet.find(id) };
  const { diff, base_commit, cwd, left_out } = await changesOf(of, fleet.world.env, "patch");
  const not =
    left_out.length === 0 ? [] : [`(new, and too large or too many to be shown: ${counted(left_out.length, "file")})`];
  return diff === "" ? [...not, `No changes since ${base_commit.slice(0, 10)} in ${cwd}.`] : [...not, ...linesOf(diff)];
}

/** Calls back with all lines so far, each time there are more, until `stop`. */
export async function logLines(
  fleet: Fleet,
  id: string,
  { c, width, now }: Screen,
  tell: (lines: readonly string[]) => void,
  stop: AbortSignal,
): Promise<void> {
  const log = logOf(fleet.store, { home: fleet.home, issue: fleet.find(id) }, { n: undefined, isFollowed: true });
  const lines = new TaskLog({ c, width, verbose: false, now });
  let all: string[] = log.isAwaited ? [`${id} has not started yet.`] : [];
  let isNew = true;
  const add = (more: readonly string[]): void => {
    if (more.length === 0) return;
    isNew = true;
    all = [...(log.isAwaited && all.length === 1 ? [] : all), ...more.flatMap(linesOf)].slice(-MOST);
  };
  const caughtUp = (): void => {
    add(lines.open(fleet.now(), false));
    if (isNew) tell(all);
    isNew = false;
  };
  const reader = {
    event: (...[at, event]: Parameters<TaskLog["event"]>): void => add(lines.event(at, event)),
    stderr: (line: string): void => add(lines.stderr(line)),
    caughtUp,
  };
  await followEvents(log, reader, stop);
  add(lines.open(fleet.now(), true));
  tell(all);
}
