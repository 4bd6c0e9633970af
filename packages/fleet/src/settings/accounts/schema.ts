/** `accounts:` in config.yaml, as a person writes it. What an account's secrets are is named here, never written here. */
import * as z from "zod/mini";

import { means } from "../means.ts";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const error =
  "write {file: /absolute/path} (or ~/path) or {variable: NAME}; the secret itself is not kept in config.yaml";

export const reference = z.union(
  [
    z.strictObject({ file: z.string().check(z.regex(/^(\/|~\/)/, { error })) }),
    z.strictObject({ variable: z.string().check(z.regex(VARIABLE, { error })) }),
  ],
  { error },
);
/** Where a secret is found when an attempt is started. */
export type Reference = z.output<typeof reference>;

/** What may be spent from midnight to midnight, UTC. */
export const dailyCap = z.strictObject({
  usd: z.optional(z.number().check(z.positive())),
  tokens: z.optional(z.int().check(z.positive())),
});
export type DailyCap = z.output<typeof dailyCap>;

export const accountSettings = z.strictObject({
  coder: means(z.string().check(z.minLength(1)), "whose account it is"),
  env: means(
    z._default(z.record(z.string().check(z.regex(VARIABLE)), z.string()), {}),
    "variables for its coder's processes",
  ),
  secrets: means(
    z._default(z.record(z.string().check(z.regex(VARIABLE)), reference), {}),
    "variables whose values are elsewhere: {file: PATH} or {variable: NAME}",
  ),
  order: means(z._default(z.number(), 0), "lower ones are used first"),
  weight: means(z._default(z.number().check(z.positive()), 1), "its share, among accounts of the same order"),
  max: means(z.optional(z.int().check(z.minimum(1))), "how many attempts run on it at once"),
  daily: means(z.optional(dailyCap), "what may be spent on it a day, UTC: usd, tokens"),
});
export type AccountSettings = z.output<typeof accountSettings>;
