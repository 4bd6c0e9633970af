/** Writes down what becomes of accounts, and tells it. */
import { existsSync } from "node:fs";

import { gitDirOf } from "@fleet/store/home";

import type { Recording } from "../../core/action.ts";
import type { Context } from "../loop/context.ts";
import { parkAccount } from "../state/parked.ts";
import type { Troubles } from "../state/troubles.ts";

type Keeping = Extract<Recording, { kind: "park" | "tell-accounts" | "keep-spent" }>;

export function keepAccounts(context: Context, troubles: Troubles, action: Keeping): void {
  const { home, journal, ledger } = context;
  switch (action.kind) {
    case "park":
      parkAccount(home, action.account, action.park);
      for (const { event, text, about } of action.notes) journal.write(event, text, about);
      return;
    case "tell-accounts":
      for (const { event, text, about } of action.notes) journal.write(event, text, about);
      troubles.say("parks", action.told.lost);
      troubles.accounts = action.told;
      return;
    case "keep-spent":
      // A home that is being deleted is not made again.
      if (existsSync(gitDirOf(home))) ledger.save();
  }
}
