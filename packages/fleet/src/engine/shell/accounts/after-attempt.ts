/** What an attempt's end means for its account, done: what it spent, whether it waits now, or that it is well again. */
import type { OutcomeRecord } from "../../../attempts/records/record.ts";
import { accountAfter } from "../../core/consequences.ts";
import type { Context } from "../loop/context.ts";
import { accountOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";
import { forgetPark, parkAccount, readParked } from "../state/parked.ts";
import { rememberUse } from "./window-use.ts";

/** May be done again after a crash: a line in the ledger and a park replace the same one. */
export function afterAttempt(context: Context, handle: Handle, outcome: OutcomeRecord): void {
  const account = accountOf(handle);
  const { input, output, cost_usd = 0 } = outcome.usage;
  const wall = context.clock.wall();
  if (input + output + cost_usd > 0) {
    const spending = { uuid: handle.ref.uuid, account, tokens: input + output, usd: cost_usd };
    context.ledger.note([spending], wall);
    context.ledger.save();
  }
  rememberUse(context.home, handle, wall);
  const before = readParked(context.home)[account];
  const change = accountAfter(context.config(), account, outcome, before, { wall, random: context.random() });
  switch (change.kind) {
    case "none":
      return;
    case "forget-park":
      return forgetPark(context.home, account);
    case "park":
      parkAccount(context.home, account, change.park);
      context.journal.write(change.news.event, change.news.text, { account, until: change.park.until ?? undefined });
  }
}
