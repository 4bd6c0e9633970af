import type { Act } from "../decision.ts";
import type { Issue } from "../issue.ts";
import { notBefore, stamp } from "../time.ts";

/** The issue with these fields and a new updated_at, never earlier than created_at. Undefined takes a field out. */
export function touched(issue: Issue, act: Act, fields: { readonly [K in keyof Issue]?: Issue[K] | undefined }): Issue {
  const next: Issue = { ...issue, updated_at: notBefore(stamp(act.now), issue.created_at) };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) delete next[name];
    else next[name] = value;
  }
  return next;
}
