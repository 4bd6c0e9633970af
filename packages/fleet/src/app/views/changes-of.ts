/** What a task has changed: of its attempt, or, where none is left, of what was kept of it. */
import type { Io } from "../io.ts";
import { attemptMeant, attemptOf, type TaskOf } from "./attempt-of.ts";
import { attemptsOf } from "../../attempts/records/paths.ts";
import { CommandError } from "../errors.ts";
import { keptOf } from "../../workspaces/kept.ts";
import { changesKept, changesSince, type Diff, type DiffForm } from "./diff.ts";

/** `n`: of this attempt alone, to how it ended. */
export async function changesOf(of: TaskOf, env: Io["env"], form: DiffForm, n?: number): Promise<Diff> {
  const isRecorded = attemptOf(of, n) !== undefined;
  const kept = isRecorded ? undefined : await changesKept({ ...of, env, form }, of.issue.id, n);
  if (!isRecorded && kept === undefined && n !== undefined) refuseOther(of, n);
  const at = n === undefined ? "now" : "end";
  return kept ?? (await changesSince({ ...of, dir: attemptMeant(of, n).dir, env, form, at }));
}

/** Of others something is kept, though their records are gone. */
function refuseOther({ home, issue: { id } }: TaskOf, n: number): void {
  const there = attemptsOf(home, id).length > 0 ? [] : keptOf(home, id).map(({ attempt }) => attempt);
  if (there.length > 0)
    throw new CommandError(
      `nothing is kept of attempt ${n} of ${id}; there are ${there.join(", ")}`,
      `fleet task ${id} diff --attempt ${there.at(-1) ?? ""}`,
    );
}
