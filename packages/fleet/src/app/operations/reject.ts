/** A person sends back the work of an attempt: the next attempt is told why, with the tries that were left. */
import { counted } from "@fleet/kit/figures";
import { isBlank } from "@fleet/kit/text";
import { reviewOf } from "@fleet/store/claims";
import { isOpenRemark, remarksOf } from "@fleet/store/remarks";
import { reject as rejectTask } from "@fleet/store/ops/review";

import { leaderOf } from "../../engine/shell/state/leader.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";

export interface Rejected {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly attempt: number;
  readonly rejected_by: string;
  /** Remarks on lines that the next attempt is told. */
  readonly remarks: number;
  /** A supervisor is there to start the next attempt. */
  readonly supervised: boolean;
}

/** `looked`: the attempt, by its uuid, whose work was before the person; else the one that waits now. */
export async function reject(fleet: Fleet, named: string, words: string, looked?: string): Promise<Rejected> {
  await fleet.allow({ kind: "command", words: "fleet reject" });
  const before = fleet.find(named);
  if (isBlank(words) && !remarksOf(before).some(isOpenRemark))
    throw new CommandError(
      "say what is missing: the next attempt reads it",
      `fleet reject ${named} -m "…"`,
      EXIT.usage,
    );
  const { home, store } = fleet;
  const act = await fleet.act();
  const meant = looked ?? reviewOf(before)?.attempt.uuid;
  const { issue, review } = await store.transact(act, (snapshot) =>
    rejectTask(snapshot, act, { id: named, words, looked: meant }),
  );
  const { id, title, status } = issue;
  // Somebody else may have said more meanwhile.
  const remarks = remarksOf(issue).filter(isOpenRemark).length;
  const by = act.actor;
  const said = isBlank(words) ? counted(remarks, "remark") : words;
  await fleet.told("reject", `attempt ${review.attempt.n} rejected by ${by}: ${said}`, { task: id, by });
  return {
    id,
    title,
    status,
    attempt: review.attempt.n,
    rejected_by: by,
    remarks,
    supervised: leaderOf(home).kind !== "none",
  };
}
