/** What a person sets of a task, flat in its `metadata` beside fleet's own record: its directory, its coder, what is asked of the work. */
import { fleetRecord, type Subject } from "./fleet-record.ts";

const SETTINGS = [
  "cwd",
  // Whether its attempts work there or in a clone of it, and which branch the work is for.
  "isolate",
  "target",
  // At which commit the work begins there.
  "base",
  "changes",
  "path",
  "coder",
  "model",
  // What is asked of the work, and what it may take.
  "checks",
  "expect",
  "allow",
  "deny",
  // What it will probably change; nothing is refused for it.
  "touches",
  "prove",
  "check_paths",
  "tests_are_work",
  "protect",
  "evidence",
  // Whether a person sees its work before it closes or lands.
  "review",
  "limits",
  // When it is called quiet or hung.
  "quiet_after",
  "warn_after",
  "hung_after",
  "stop_waiting_after",
] as const;

export type TaskSetting = (typeof SETTINGS)[number];

/** What a person sets under `metadata` of a task, for its attempts to work by; they may not change it themselves. */
export const TASK_SETTINGS: ReadonlySet<string> = new Set(SETTINGS);

/** The one way to a task's settings: a new one has to be in the list above, by which an import takes it off. */
export function settingValue(issue: Subject, name: TaskSetting): unknown {
  const value = issue.metadata?.[name];
  return value === undefined || fleetRecord(issue).outside?.includes(name) === true ? undefined : value;
}

/** A text that a person set under `metadata`: cwd, coder, model, path. */
export function setting(issue: Subject, name: TaskSetting): string | undefined {
  const value = settingValue(issue, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
