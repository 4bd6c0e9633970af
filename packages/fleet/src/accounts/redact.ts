/**
 * Takes an account's secrets out of what is committed: a coder that repeats its key ("invalid key sk-…") does so in its own
 * log, and its last words become the reason and the comment on the task.
 */
import type { Config } from "../config/schema.ts";
import { type Account, accountNamed } from "./accounts.ts";
import { secretsOf } from "./secrets.ts";

/** Shorter ones are words that stand in any text. */
const SHORTEST = 6;

function readable(account: Account, env: Readonly<Record<string, string | undefined>>): [string, string][] {
  try {
    return Object.entries(secretsOf(account, env)).filter(([, value]) => value.length >= SHORTEST);
  } catch {
    // What can't be read any more can't be looked for, and the attempt is settled all the same.
    return [];
  }
}

export function redactor(
  config: Config,
  of: { readonly coder: string; readonly account: string },
  env: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const account = accountNamed(config, of.coder, of.account);
  const values = account === undefined ? [] : readable(account, env);
  return (text) => values.reduce((left, [name, value]) => left.replaceAll(value, `[${name}]`), text);
}
