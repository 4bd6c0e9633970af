/** `bd config`: keys in the home's meta. The prefix is one of the keys, though it is stored separately. */
import type { Act, Decision } from "@fleet/store/decision";
import { none } from "@fleet/store/decision";
import type { Meta } from "@fleet/store/meta";
import { setConfig } from "@fleet/store/ops/memory";
import type { Snapshot } from "@fleet/store/snapshot";

import { Refusal } from "./errors.ts";

const PREFIX_KEY = "issue_prefix";

export const configOf = (meta: Meta): Readonly<Record<string, string>> => ({
  ...meta.config,
  [PREFIX_KEY]: meta.prefix,
});

export function change(snapshot: Snapshot, act: Act, key: string, value: string | undefined): Decision<undefined> {
  if (key.trim() === "") throw new Refusal("config key cannot be empty");
  // JSON decoders drop `__proto__`: it would be reported as set, and be lost.
  if (key === "__proto__") throw new Refusal("config key cannot be __proto__");
  if (key !== PREFIX_KEY) return setConfig(snapshot, act, key, value);
  const prefix = (value ?? "").replace(/-+$/, "");
  if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(prefix) || prefix.includes(".."))
    throw new Refusal(
      `invalid prefix ${JSON.stringify(value ?? "")}: letters, digits, dot, dash and underscore, a letter first`,
    );
  if (prefix === snapshot.meta.prefix) return none(undefined);
  return {
    kind: "commit",
    event: "config",
    subject: `${key} = ${prefix}`,
    meta: { ...snapshot.meta, prefix },
    result: undefined,
  };
}
