/** `accounts:` in config.yaml, as a person writes it. What an account's secrets are is named here, never written here. */
import * as z from "zod";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const error =
  "write {file: /absolute/path} (or ~/path) or {variable: NAME}; the secret itself is not kept in config.yaml";

const reference = z.union(
  [
    z.strictObject({ file: z.string().regex(/^(\/|~\/)/, { error }) }),
    z.strictObject({ variable: z.string().regex(VARIABLE, { error }) }),
  ],
  { error },
);
/** Where a secret is found when an attempt is started. */
export type Reference = z.output<typeof reference>;

/** What may be spent from midnight to midnight, UTC. */
export const dailyCap = z.strictObject({
  usd: z.number().positive().optional(),
  tokens: z.number().int().positive().optional(),
});
export type DailyCap = z.output<typeof dailyCap>;

export const accountSettings = z.strictObject({
  coder: z.string().min(1).describe("whose account it is"),
  env: z.record(z.string().regex(VARIABLE), z.string()).default({}).describe("variables for its coder's processes"),
  secrets: z
    .record(z.string().regex(VARIABLE), reference)
    .default({})
    .describe("variables whose values are elsewhere: {file: PATH} or {variable: NAME}"),
  order: z.number().default(0).describe("lower ones are used first"),
  weight: z.number().positive().default(1).describe("its share, among accounts of the same order"),
  max: z.number().int().min(1).optional().describe("how many attempts run on it at once"),
  daily: dailyCap.optional().describe("what may be spent on it a day, UTC: usd, tokens"),
});
export type AccountSettings = z.output<typeof accountSettings>;
