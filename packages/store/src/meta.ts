/**
 * `meta.json` in the tree: the format's version, the id prefix, and what `bd config set` keeps. It is part of the
 * history, so a clone knows them too. The version is read before anything else is.
 */
import * as z from "zod/mini";

import { StoreError } from "./errors.ts";

/** The newest format this code reads and writes. */
export const FORMAT = 1;

const schema = z.looseObject({
  format: z.number(),
  prefix: z.string(),
  config: z.record(z.string(), z.string()),
});

export type Meta = z.infer<typeof schema>;

export const emptyMeta = (prefix: string): Meta => ({ format: FORMAT, prefix, config: {} });

export const encodeMeta = (meta: Meta): string => `${JSON.stringify(meta, null, 2)}\n`;

/** Refuses a home that a newer fleet has made. */
export function checkFormat(meta: { readonly format: number }, where: string): void {
  if (meta.format <= FORMAT) return;
  throw new StoreError(
    "home",
    `this home has format ${meta.format} and this fleet knows formats up to ${FORMAT}: this fleet is too old for it`,
    { where, mend: "install a newer fleet (git pull && npm run build in its clone)" },
  );
}

export function decodeMeta(text: string, where: string): Meta {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StoreError(
      "unreadable",
      `meta.json is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      {
        where,
        mend: `clone the home, mend meta.json, commit and push: git clone ${where} fleet-clone`,
      },
    );
  }
  const format = z.safeParse(z.looseObject({ format: z.number() }), value);
  if (format.success) checkFormat(format.data, where);
  const result = z.safeParse(schema, value);
  if (!result.success) {
    const first = result.error.issues[0];
    throw new StoreError(
      "unreadable",
      `meta.json: ${first?.path.join(".") ?? ""} ${first?.message ?? "is not as it should be"}`,
      {
        where,
        mend: `clone the home, mend meta.json, commit and push: git clone ${where} fleet-clone`,
      },
    );
  }
  return result.data;
}
