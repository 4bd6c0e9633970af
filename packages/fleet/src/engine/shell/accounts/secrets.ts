/** An account's secrets, looked up at the moment an attempt is started; held nowhere, written nowhere. */
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

import { readText } from "@fleet/kit/read";

import type { Account } from "../../../settings/accounts/accounts.ts";
import type { Reference } from "../../../settings/accounts/schema.ts";

type Env = Readonly<Record<string, string | undefined>>;

const pathOf = (file: string, env: Env): string =>
  file.startsWith("~/") ? join(env["HOME"] ?? "/", file.slice(2)) : file;

/** What keeps this secret from being read, without reading it; undefined for nothing. */
function troubleWith(reference: Reference, env: Env): string | undefined {
  if ("variable" in reference)
    return (env[reference.variable] ?? "") === "" ? `the supervisor has no variable ${reference.variable}` : undefined;
  try {
    const path = pathOf(reference.file, env);
    accessSync(path, constants.R_OK);
    return statSync(path).size === 0 ? `${reference.file} is empty` : undefined;
  } catch {
    return `${reference.file} can't be read`;
  }
}

/** Why the account can't be used just now, one line; undefined where nothing is known against it. */
export function secretTrouble({ secrets }: Pick<Account, "secrets">, env: Env): string | undefined {
  for (const [name, reference] of Object.entries(secrets)) {
    const trouble = troubleWith(reference, env);
    if (trouble !== undefined) return `its ${name} is missing: ${trouble}`;
  }
  return undefined;
}

/** The variables that hold them. Throws with a reason that names the place and never the value. */
export function secretsOf({ name, secrets }: Pick<Account, "name" | "secrets">, env: Env): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [variable, reference] of Object.entries(secrets)) {
    const trouble = troubleWith(reference, env);
    if (trouble !== undefined) throw new Error(`account ${name}: its ${variable} is missing: ${trouble}`);
    const value = valueOf(reference, env);
    if (value === "" || value.includes("\0")) throw new Error(`account ${name}: its ${variable} is empty`);
    values[variable] = value;
  }
  return values;
}

const valueOf = (reference: Reference, env: Env): string =>
  "variable" in reference
    ? (env[reference.variable] ?? "")
    : (readText(pathOf(reference.file, env), { links: "follow" }) ?? "").trim();

/** One secret. Throws with a reason that names the place and never the value. */
export function referenced(reference: Reference, env: Env): string {
  const trouble = troubleWith(reference, env);
  if (trouble !== undefined) throw new Error(trouble);
  return valueOf(reference, env);
}

/** Variables that some account's secrets are taken from: no other account's processes get them. */
export function sourceVariables(accounts: readonly Pick<Account, "secrets">[]): Set<string> {
  return new Set(
    accounts.flatMap(({ secrets }) =>
      Object.values(secrets).flatMap((reference) => ("variable" in reference ? [reference.variable] : [])),
    ),
  );
}
