/** The accounts there are: those of the settings, and for a coder without any the person's own, named as the coder. Pure. */
import { knownCoders } from "@fleet/coders/known";

import type { Config } from "../schema.ts";
import type { AccountSettings } from "./schema.ts";

export interface Account extends AccountSettings {
  readonly name: string;
}

const implicit = (coder: string): Account => ({ name: coder, coder, env: {}, secrets: {}, order: 0, weight: 1 });

export function written(config: Config): Account[] {
  return Object.entries(config.accounts).map(([name, settings]) => ({ name, ...settings }));
}

/** The accounts that a task of this coder may run on; never none. */
export function accountsOf(config: Config, coder: string): Account[] {
  const own = written(config).filter((account) => account.coder === coder);
  return own.length === 0 ? [implicit(coder)] : own;
}

/** Every account: of each coder that fleet knows. */
export function allAccounts(config: Config): Account[] {
  return [...knownCoders(config.coders).keys()].flatMap((coder) => accountsOf(config, coder));
}

/** Undefined for an account that is no longer in the settings. */
export function accountNamed(config: Config, coder: string, name: string): Account | undefined {
  return accountsOf(config, coder).find((account) => account.name === name);
}
