/** A person takes the work of an attempt: the task closes, or is to land, and its receipt names who took it. */
import { ifReadable } from "@fleet/kit/errors";
import { orNull } from "@fleet/kit/text";
import { reviewOf } from "@fleet/store/claims";
import { find } from "@fleet/store/ops/find";
import { approve as approveTask } from "@fleet/store/ops/review";

import { acceptedTrailers, type Trailers } from "../../attempts/evidence/trailers.ts";
import type { Grade } from "../../attempts/evidence/grade.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { readReceipt, writeReceipt } from "../../attempts/records/receipt.ts";
import { lands } from "../../landing/lands.ts";
import type { Fleet } from "../open.ts";
import { seenNow } from "../../engine/shell/land/work-kept.ts";

export interface Approved {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** The attempt whose work was taken. */
  readonly attempt: number;
  /** In the agent's words; null where it had none. */
  readonly claim: string | null;
  readonly approved_by: string;
}

/** `looked`: the attempt, by its uuid, whose work was before the person; else the one that waits now. */
export async function approve(fleet: Fleet, named: string, words: string, looked?: string): Promise<Approved> {
  await fleet.allow({ kind: "command", words: "fleet approve" });
  const { home, store } = fleet;
  const act = await fleet.act();
  const before = fleet.find(named);
  const isToLand = await lands({ home, env: fleet.world.env }, before, (await fleet.settings()).config);
  const waiting = reviewOf(before);
  // What is approved is what a person could see: another attempt's work is not.
  const seen = waiting === undefined ? undefined : { uuid: waiting.attempt.uuid, ...(await seenNow(fleet, before)) };
  const { issue, review } = await store.transact(act, (snapshot) =>
    approveTask(snapshot, act, {
      id: named,
      words,
      looked: looked ?? waiting?.attempt.uuid,
      lands: isToLand,
      ...(seen === undefined ? {} : { seen }),
      trailers: ({ attempt }) => trailersOf(dirOf(home, find(snapshot, named).id, attempt)),
    }),
  );
  const { id, title, status } = issue;
  const by = act.actor;
  const grade = review.no_change === true ? "already-there" : "accepted";
  // What fleet believes stays as strong as it is.
  noteInReceipt(dirOf(home, id, review.attempt), review.grade === undefined ? grade : undefined, {
    by,
    at: new Date(act.now).toISOString(),
    words: orNull(words),
  });
  await fleet.told("approve", `attempt ${review.attempt.n} approved by ${by}`, { task: id, by });
  return { id, title, status, attempt: review.attempt.n, claim: orNull(review.claim), approved_by: by };
}

/** A receipt that is gone, or whose directory is, says nothing in the commit. */
function trailersOf(dir: string): Trailers {
  const receipt = ifReadable(() => readReceipt(dir));
  return receipt === undefined ? [] : acceptedTrailers(receipt);
}

/** The queue has the word already: a receipt that is gone, or whose directory is, takes nothing back. */
function noteInReceipt(
  dir: string,
  grade: Grade | undefined,
  accepted: { readonly by: string; readonly at: string; readonly words: string | null },
): void {
  ifReadable(() => {
    const receipt = readReceipt(dir);
    if (receipt !== undefined) writeReceipt(dir, { ...receipt, ...(grade === undefined ? {} : { grade }), accepted });
  });
}
