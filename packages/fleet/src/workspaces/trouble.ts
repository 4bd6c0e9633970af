/** What keeps a workspace from being made, proven or taken back, for people. */
import { FleetError, refusal } from "@fleet/kit/errors";
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { shortageOf } from "@fleet/kit/shortage";

/**
 * failed: git or the disk refused a step, and the same may go well later · held: another process is at work on the depot ·
 * damaged: what is there is not what was made.
 */
export type WorkspaceCode = "failed" | "held" | "damaged";

export class WorkspaceError extends FleetError {
  override readonly name = "WorkspaceError";
  readonly code: WorkspaceCode;

  constructor(code: WorkspaceCode, message: string, details: ConstructorParameters<typeof FleetError>[1] = {}) {
    super(message, details);
    this.code = code;
  }
}

/** What git printed; throws where it did not do it. `doing` completes "could not …". */
export function done(answer: GitAnswer, doing: string, where: string): string {
  if (answer.kind === "ok") return answer.stdout;
  throw new WorkspaceError("failed", `could not ${doing}: ${reasonOf(answer)}`, { where });
}

/**
 * What of an agent's was refused, in words. A machine that is short of something says nothing of it, and neither does a fault of
 * ours: these are thrown again.
 */
export function whyNot(error: unknown): string {
  if (shortageOf(error) !== undefined) throw error;
  if (error instanceof FleetError)
    return error.where === undefined ? error.message : `${error.message} (${error.where})`;
  const why = refusal(error);
  if (why === undefined) throw error;
  return why;
}
