/** The accounts of the settings, as the plan chooses among them. Pure. */
import { knownCoders } from "@fleet/coders/known";

import { allAccounts } from "../../../settings/accounts/accounts.ts";
import type { Config } from "../../../settings/schema.ts";
import type { Slot } from "./choose.ts";

export function slots(config: Config): Slot[] {
  const coders = knownCoders(config.coders);
  return allAccounts(config).map(({ name, coder, order, weight, max }) => {
    const free = coders.get(coder)?.needsAccount === false;
    return { name, coder, order, weight, max, free };
  });
}
