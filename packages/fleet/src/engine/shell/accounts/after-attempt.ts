/** What an attempt's end means for its account: what it spent, whether it waits now, or that it is well again. */
import type { OutcomeRecord } from "../../../attempts/records/record.ts";
import { parkAfter } from "../../core/backoff.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { type Park, waitsUntil } from "../../core/accounts/park.ts";
import { forgetPark, parkAccount, readParked } from "../state/parked.ts";
import { rememberUse } from "./window-use.ts";
import { waitText } from "../../core/accounts/standstill.ts";

/** May be done again after a crash: a line in the ledger and a park replace the same one. */
export function afterAttempt(context: Context, handle: Handle, outcome: OutcomeRecord): void {
  const account = handle.record?.account ?? handle.account;
  const { input, output, cost_usd = 0 } = outcome.usage;
  const wall = context.clock.wall();
  if (input + output + cost_usd > 0) {
    const spending = { uuid: handle.ref.uuid, account, tokens: input + output, usd: cost_usd };
    context.ledger.note([spending], wall);
    context.ledger.save();
  }
  rememberUse(context.home, handle, wall);
  const before = readParked(context.home)[account];
  const park = parkAfter(context.config(), outcome, before, wall, context.random());
  if (park !== undefined) return parkAs(context, before, account, park);
  // It did its work: the pauses begin small again.
  if (before?.released !== undefined && provesAccount(outcome)) forgetPark(context.home, account);
}

function parkAs(context: Context, before: Park | undefined, account: string, park: Park): void {
  const { auto_resume } = context.config();
  // What waits longer for another reason goes on waiting for it.
  if (before !== undefined && before.released === undefined && waitsUntil(before, true) >= waitsUntil(park, true))
    return;
  parkAccount(context.home, account, park);
  context.journal.write("park", `${account} waits ${waitText(account, park, auto_resume)}`);
}

/** The provider answered to the end: whatever became of the task, the account was not the trouble. */
function provesAccount({ kind, usage }: OutcomeRecord): boolean {
  return kind === "done" || kind === "claimed-done-unproven" || usage.output > 0;
}
