/** Reads from its files what is checked out in a git directory, as `refs-in.ts` reads refs. */
import { join } from "node:path";

import { ifReadable } from "../errors.ts";
import { linkText, readBounded } from "../read.ts";
import { isOid } from "./oid.ts";
import type { Ref } from "./refs.ts";

/**
 * commit: this one · unborn: a branch without a commit · unread: nobody can say; `why` completes "HEAD can't be read: …".
 */
export type HeadSeen =
  | { readonly kind: "commit"; readonly oid: string }
  | { readonly kind: "unborn" }
  | { readonly kind: "unread"; readonly why: string };

/** Names that stand for other names; git follows five. */
const MOST_STEPS = 5;

/** `refs`: those of the repository. */
export function headIn(gitDir: string, commonDir: string, refs: readonly Ref[]): HeadSeen {
  let at = said(join(gitDir, "HEAD"));
  if (at.kind === "absent") return { kind: "unread", why: "it is gone" };
  for (let step = 0; step < MOST_STEPS; step++) {
    if (at.kind === "unreadable") return { kind: "unread", why: at.why };
    if (at.kind === "absent") return { kind: "unborn" };
    const [oid = ""] = at.text.split(/\s/, 1);
    if (isOid(oid)) return { kind: "commit", oid };
    const name = /^ref:\s*(\S+)/.exec(at.text)?.[1];
    if (name === undefined) return { kind: "unread", why: "it names no commit and no branch" };
    const ref = refs.find((one) => one.name === name);
    if (ref !== undefined) return { kind: "commit", oid: ref.oid };
    at = said(join(name.startsWith("refs/") ? commonDir : gitDir, name));
  }
  return { kind: "unread", why: "it leads in a circle" };
}

/** A link says what a symbolic ref says, as git made them long ago. */
function said(path: string): ReturnType<typeof readBounded> {
  const read = readBounded(path);
  const to = read.kind === "unreadable" ? ifReadable(() => linkText(path)) : undefined;
  return to?.startsWith("refs/") === true ? { kind: "text", text: `ref: ${to}` } : read;
}
