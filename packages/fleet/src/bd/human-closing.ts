/** `human respond` and `human dismiss`: an issue that waited for a person closes with what they said, in one commit. */
import type { Issue } from "@fleet/store/issue";
import { close } from "@fleet/store/ops/close";
import { comment } from "@fleet/store/ops/comment";
import { inOrder, type Step } from "@fleet/store/ops/overlay";

import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { findOrRefuse, stopFirst } from "./issues.ts";
import { issueShape } from "./shapes.ts";

export interface Word {
  readonly reason: string;
  /** Kept as a comment too. */
  readonly said?: string;
  /** The last word of the answer: "closed with response." */
  readonly told: string;
}

export const isForPerson = (issue: Issue): boolean => issue.labels?.includes("human") === true;

export async function closeForPerson(ctx: Ctx, argument: string, { reason, said, told }: Word): Promise<void> {
  const issue = findOrRefuse(ctx.snapshot(), argument, "resolving issue ID");
  const { id } = issue;
  if (issue.status === "closed") throw new Refusal(`issue ${id} is already closed`);
  if (!isForPerson(issue)) ctx.warn(`Warning: Issue ${id} does not have 'human' label`);
  const act = await ctx.act();
  await stopFirst(ctx, act, issue);
  await ctx.write(act, (snapshot) => {
    const steps: Step<unknown>[] = said === undefined ? [] : [(now) => comment(now, act, { id, text: said })];
    // bd closes it whatever stands against it: a person has spoken.
    steps.push((now) => close(now, act, { id, reason, force: true }));
    return inOrder(snapshot, act, steps, { event: "close", subject: `${id}: ${reason}` });
  });
  ctx.touch(id);
  if (ctx.json) ctx.print([issueShape(findOrRefuse(ctx.snapshot(), id))]);
  else ctx.say(`✔ Bead ${id} ${told}`);
}
