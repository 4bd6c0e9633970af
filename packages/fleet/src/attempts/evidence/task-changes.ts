/** The changes of a task at the end of an attempt: since the task began, and by this attempt alone. */
import type { GitRan } from "../ran/trace.ts";
import type { AttemptRecord } from "../records/record.ts";
import { type Changes, changesBetween } from "./changes.ts";
import { type Earlier, earlierOf, NO_EARLIER } from "./earlier.ts";
import { readBase, readSince } from "./files.ts";
import type { Listing } from "./listing.ts";
import { ofTask } from "./of-task.ts";
import { ownChanges } from "./own-changes.ts";
import type { ToolsRan } from "./tools.ts";

interface Looked {
  readonly before: Listing | undefined;
  readonly after: Listing | undefined;
  readonly ran: GitRan | undefined;
  readonly tools: Pick<ToolsRan, "written" | "told">;
  /** Nobody else of the fleet was at work there: what somebody committed is told from its own here, else by attributed.ts. */
  readonly isAlone: boolean;
}

interface TaskChanges {
  /** Since the task began, whoever did it; undefined where this attempt began it, or where it did is not known. */
  readonly all: Changes | undefined;
  /** The part that is the task's. */
  readonly changes: Changes | undefined;
  readonly own: Changes | undefined;
  /** Differs, and by none of its attempts for sure. */
  readonly between: readonly string[];
  readonly began: Listing | undefined;
  readonly earlier: Earlier;
}

export function taskChanges(
  home: string,
  dir: string,
  record: AttemptRecord | undefined,
  { before, after, ran, tools, isAlone }: Looked,
): TaskChanges {
  const nothing = { all: undefined, began: undefined, earlier: NO_EARLIER };
  if (record === undefined || before === undefined || after === undefined)
    return { ...nothing, changes: undefined, own: undefined, between: [] };
  const { cwd, task, base } = record;
  const found = isAlone
    ? ownChanges({ dir, cwd, before, after, ran, tools })
    : { changes: changesBetween(cwd, before, after), foreign: [] };
  const own = found.changes;
  const began = base === undefined ? undefined : readBase(home, task, base);
  const since = began === undefined ? undefined : readSince(dir);
  if (began === undefined || since === undefined) return { ...nothing, changes: own, own, between: found.foreign };
  const all = changesBetween(cwd, began, since);
  const earlier = earlierOf(home, record);
  const { changes, between } = ofTask(all, found, earlier);
  return { all, changes, own, between, began, earlier };
}
