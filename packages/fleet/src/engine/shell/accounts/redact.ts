/**
 * Takes an account's secrets out of what is written down: a coder that repeats its key ("invalid key sk-…") does so in its
 * own log, and its last words become a reason, a comment, a line of fleet's log.
 */
import { redacting, type Secret } from "@fleet/kit/redact";
import { refusedByMachine } from "@fleet/kit/shortage";

import type { Redact } from "@fleet/kit/redact";
import type { Config } from "../../../settings/schema.ts";
import { type Account, accountNamed, written } from "../../../settings/accounts/accounts.ts";
import { secretsOf } from "./secrets.ts";

type Env = Readonly<Record<string, string | undefined>>;

function readable(account: Account | undefined, env: Env): Secret[] {
  try {
    return account === undefined
      ? []
      : Object.entries(secretsOf(account, env)).map(([name, value]) => ({ name, value }));
  } catch (error) {
    // It is there still, and is to be looked for.
    if (refusedByMachine(error) !== undefined) throw error;
    // What can't be read any more can't be looked for, and the attempt is settled all the same.
    return [];
  }
}

/** For the texts of an attempt on this account. */
export const redactor = (config: Config, of: { readonly coder: string; readonly account: string }, env: Env): Redact =>
  redacting(readable(accountNamed(config, of.coder, of.account), env));

/** For texts of which it is not known whose they are. */
export const redactorOfAll = (config: Config, env: Env): Redact =>
  redacting(written(config).flatMap((account) => readable(account, env)));
