/** What prevents making, verifying or taking back a workspace; worded for people. */
import { FleetError, refusal } from "@fleet/kit/errors";
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { shortageOf } from "@fleet/kit/shortage";

/**
 * failed: git or the disk refused a step; a later try may succeed · held: another process works on the depot · damaged: what is there
 * is not what was made.
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
 * Describes an error caused by what an agent left. A resource shortage or a bug of ours says nothing about the agent, so these are
 * thrown again.
 */
export function whyNot(error: unknown): string {
  if (shortageOf(error) !== undefined) throw error;
  if (error instanceof FleetError)
    return error.where === undefined ? error.message : `${error.message} (${error.where})`;
  const why = refusal(error);
  if (why === undefined) throw error;
  return why;
}
