/** Checks everything that enters the store, whichever way: texts are well-formed, and no field is larger than its readers can handle. */
import { exactDigits, exactJson } from "@fleet/kit/exact-json";
import { MIB } from "@fleet/kit/read";
import { sizeText } from "@fleet/kit/size";
import { isSound, sound } from "@fleet/kit/text";
import { isObject } from "@fleet/kit/is-object";

import { StoreError } from "./errors.ts";
import { FIELD_ORDER, type Issue } from "./issue.ts";

/** A comment is one slip away from a build log, and every reader of the issue gets it whole. */
const MOST = MIB;

const NAMED: ReadonlySet<string> = new Set(FIELD_ORDER);

/** Why this is too large to be kept; undefined where it is not. */
export function sizeTrouble(what: string, text: string): string | undefined {
  if (text.length * 3 <= MOST) return undefined;
  const bytes = Buffer.byteLength(text);
  return bytes <= MOST
    ? undefined
    : `${what} is too large: ${sizeText(bytes)} (${bytes} bytes); a field holds at most 1 MiB (${MOST} bytes)`;
}

export function checkSize(what: string, text: string): void {
  const trouble = sizeTrouble(what, text);
  if (trouble !== undefined)
    throw new StoreError("invalid", trouble, { mend: "keep it in a file, and name the file in the issue" });
}

/** Texts by what they are called; of what is not text, its JSON. */
function* textsOf(issue: Issue): Iterable<readonly [what: string, text: string]> {
  for (const [name, value] of Object.entries(issue)) {
    if (typeof value === "string") yield [name, value];
    else if (name === "metadata" && isObject(value)) {
      // fleet's own record grows by parts that are checked where they come in.
      for (const [key, inner] of Object.entries(value))
        if (key !== "fleet" && inner !== undefined) yield [`metadata.${key}`, exactJson(inner)];
    } else if (name === "comments") {
      for (const comment of issue.comments ?? []) yield [`comment ${comment.id}`, comment.text];
    } else if (name !== "dependencies" && typeof value === "object") yield [name, exactJson(value)];
  }
}

/** Why the issue can't be kept, as far as `old` does not hold the same already. */
export function issueTrouble(old: Issue | undefined, issue: Issue): string | undefined {
  let known: ReadonlyMap<string, string> | undefined;
  for (const [what, text] of textsOf(issue)) {
    const trouble = sizeTrouble(what, text);
    if (trouble === undefined) continue;
    known ??= new Map(old === undefined ? [] : textsOf(old));
    if (known.get(what) !== text) return trouble;
  }
  return undefined;
}

/** The value with every text as it may be kept; itself where all are. Numbers that are held exactly stay (exact-json.ts). */
function soundIn(value: unknown): unknown {
  if (typeof value === "string") return isSound(value) || exactDigits(value) !== undefined ? value : sound(value);
  if (Array.isArray(value)) {
    const items = value.map(soundIn);
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const mended = entries.map(([name, inner]): [string, unknown] => [sound(name), soundIn(inner)]);
  return mended.every(([name, inner], at) => name === entries[at]?.[0] && inner === entries[at]?.[1])
    ? value
    : Object.fromEntries(mended);
}

const isIssue = (value: unknown): value is Issue => isObject(value) && typeof value["id"] === "string";

/** The issue as it may be written in place of `old`. */
export function takenIn(old: Issue | undefined, issue: Issue): Issue {
  const mended = soundIn(issue);
  if (!isIssue(mended)) throw new StoreError("invalid", `${issue.id} is not an issue`);
  let taken = mended;
  // A field of ours is never a number that is held as a text.
  for (const [name, value] of Object.entries(taken))
    if (typeof value === "string" && NAMED.has(name) && !isSound(value)) taken = { ...taken, [name]: sound(value) };
  const trouble = issueTrouble(old, taken);
  if (trouble !== undefined)
    throw new StoreError("invalid", trouble, {
      where: issue.id,
      mend: "keep it in a file, and name the file in the issue",
    });
  return taken;
}
