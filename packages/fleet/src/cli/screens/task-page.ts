/** What `fleet task ID` prints: header, attempts, questions, paths. Pure. */
import { someOf } from "@fleet/kit/text";
import { paragraph } from "@fleet/kit/width";

import type { TaskAttempt, TaskPage, TaskView } from "../../app/views/task.ts";
import { questionText } from "../../app/words.ts";
import { attemptsTable } from "./attempts-table.ts";
import { headerLines } from "./task-header.ts";
import type { Screen } from "./tasks-table.ts";

export function taskText(page: TaskPage, { id, attempts }: TaskView, screen: Screen): string {
  const asked = page.questions.map((one) => questionText(one, screen.now, screen.width));
  const last = attempts.at(-1);
  const parts = [
    headerLines(page.row, page.facts, screen),
    attempts.length === 0 ? [noAttempts(id, page)] : attemptsTable(attempts, screen),
    page.outside.length === 0
      ? []
      : paragraph(`Changed outside of its scope: ${someOf(page.outside, 20)}`, screen.width, ""),
    asked.length === 0 ? [] : ["Questions:", ...asked.map((one) => one.trimEnd())],
    last === undefined ? [] : whereLines(last),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

const noAttempts = (id: string, { isCleared }: TaskPage): string =>
  isCleared
    ? `None of its attempts is kept in this home: removed by fleet gc, or made in another home. Its history: fleet bd history ${id}`
    : "It has not started yet.";

/** Lines to be copied, so they are not wrapped. */
function whereLines({ attempt, dir, resume }: TaskAttempt): string[] {
  const files = `Everything of attempt ${attempt}: ${dir}`;
  return resume === undefined ? [files] : [files, `Resume its session by hand: ${resume}`];
}
