/** The accounts of the settings, as the plan chooses among them. Pure. */
import { registry } from "@fleet/coders/registry";

import { allAccounts } from "../../../settings/accounts/accounts.ts";
import type { Config } from "../../../settings/schema.ts";
import type { Slot } from "./choose.ts";

export function slots(config: Config): Slot[] {
  const coders = registry(config.coders);
  return allAccounts(config).map(({ name, coder, order, weight, max }) => {
    const free = coders.get(coder)?.signIn({}, "").needsNone === true;
    return { name, coder, order, weight, max, free };
  });
}
