/**
 * `meta.json` in the tree: the format's version, the id prefix, and what `bd config set` keeps. It is part of the
 * history, so a clone knows them too. The version is read before anything else is.
 */
import { StoreError } from "./errors.ts";
import { type Infer, is, matching, number, object, record, string } from "./shape.ts";

/** The newest format this code reads and writes. */
export const FORMAT = 1;

/** In front of every id that is made: one with which no id could be stored is refused where it comes in (a push, a sync). */
const PREFIX = /^(?!.*\.\.)[A-Za-z][A-Za-z0-9._-]{0,150}$/;

const meta = object({
  format: number,
  prefix: matching(PREFIX, "a prefix of letters, digits, dots, dashes and underscores, a letter first"),
  config: record(string),
});
const versioned = object({ format: number });

export type Meta = Infer<typeof meta>;

export const emptyMeta = (prefix: string): Meta => ({ format: FORMAT, prefix, config: {} });

export const encodeMeta = (value: Meta): string => `${JSON.stringify(value, null, 2)}\n`;

/** Refuses a home that a newer fleet has made. */
export function checkFormat(written: { readonly format: number }, where: string): void {
  if (written.format <= FORMAT) return;
  throw new StoreError(
    "home",
    `this home has format ${written.format} and this fleet knows formats up to ${FORMAT}: this fleet is too old for it`,
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
        mend: `clone the home, fix meta.json, commit and push: git clone ${where} fleet-clone`,
      },
    );
  }
  if (is(versioned, value)) checkFormat(value, where);
  if (is(meta, value)) return value;
  const fault = meta.fault(value);
  throw new StoreError("unreadable", `meta.json: ${fault?.path ?? ""} ${fault?.why ?? "is not as it should be"}`, {
    where,
    mend: `clone the home, fix meta.json, commit and push: git clone ${where} fleet-clone`,
  });
}
