/** A person sends back the work of an attempt: the next attempt is told why, with the tries that were left. */
import { isBlank } from "@fleet/kit/text";
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

export async function reject(fleet: Fleet, named: string, words: string): Promise<Rejected> {
  await fleet.allow({ kind: "command", words: "fleet reject" });
  const remarks = remarksOf(fleet.find(named)).filter(isOpenRemark).length;
  if (isBlank(words) && remarks === 0)
    throw new CommandError(
      "say what is missing: the next attempt reads it",
      `fleet reject ${named} -m "…"`,
      EXIT.usage,
    );
  const { home, store } = fleet;
  const act = await fleet.act();
  const { issue, review } = await store.transact(act, (snapshot) => rejectTask(snapshot, act, { id: named, words }));
  const { id, title, status } = issue;
  const by = act.actor;
  const said = isBlank(words) ? `${remarks} remarks` : words;
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
