/** What a task has changed: of its attempt, or, where none is left, of what was kept of it. */
import type { Io } from "../io.ts";
import { attemptMeant, attemptOf, type TaskOf } from "./attempt-of.ts";
import { changesKept, changesSince, type Diff, type DiffForm } from "./diff.ts";

/** `n`: of this attempt alone, to how it ended. */
export async function changesOf(of: TaskOf, env: Io["env"], form: DiffForm, n?: number): Promise<Diff> {
  const kept = attemptOf(of, n) === undefined ? await changesKept({ ...of, env, form }, of.issue.id, n) : undefined;
  const at = n === undefined ? "now" : "end";
  return kept ?? (await changesSince({ ...of, dir: attemptMeant(of, n).dir, env, form, at }));
}
