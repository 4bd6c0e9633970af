/**
 * What an argument of a command means: an id, what stands behind its prefix, or the beginning of that.
 *
 * A whole id means itself and nothing else, there or not: a script that closes or deletes the same id twice must not reach
 * another issue the second time. So only a beginning is completed (beads 1.0.5 takes any part), never one with a dash or a
 * dot in it: those are whole ids, from elsewhere and of children, and `p1.1` is not on its way to `p1.12`.
 */
import { byCodeUnit } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";

export type Resolved =
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "none" }
  /** A whole id, of an issue that was deleted. */
  | { readonly kind: "deleted"; readonly id: string }
  | { readonly kind: "several"; readonly ids: readonly string[] };

export function resolve(snapshot: Snapshot, argument: string): Resolved {
  if (argument === "") return { kind: "none" };
  const prefix = `${snapshot.meta.prefix}-`;
  if (snapshot.liveIssue(argument) !== undefined) return { kind: "one", id: argument };
  // What looks like a whole id is looked for in its shard; whether there is one of any other is in the list of ids.
  if (argument.includes("-") && snapshot.peek(argument) !== undefined) return { kind: "one", id: argument };
  const wanted = argument.toLowerCase();
  const hasPrefix = wanted.startsWith(prefix.toLowerCase());
  const whole = hasPrefix ? [wanted] : [wanted, `${prefix}${argument}`.toLowerCase()];
  const known = snapshot.idsWith(wanted);
  for (const one of whole) {
    const id = known.find((candidate) => candidate.toLowerCase() === one);
    if (id !== undefined) return { kind: "one", id };
  }
  for (const one of whole) {
    const id = snapshot.deleted(one);
    if (id !== undefined) return { kind: "deleted", id };
  }
  if (hasPrefix || /[-.]/.test(argument)) return { kind: "none" };
  const ids = known.filter((id) => isBegun(behind(id, prefix), wanted)).sort(byCodeUnit);
  const [first, second] = ids;
  if (first === undefined) return { kind: "none" };
  return second === undefined ? { kind: "one", id: first } : { kind: "several", ids };
}

/** What stands behind the prefix: the home's, else whatever an id from elsewhere has in front of its first dash. */
function behind(id: string, prefix: string): string {
  const isOurs = id.toLowerCase().startsWith(prefix.toLowerCase());
  return id.slice(isOurs ? prefix.length : id.indexOf("-") + 1).toLowerCase();
}

/** Of an issue and its children the beginning means the issue. */
const isBegun = (part: string, beginning: string): boolean =>
  part.startsWith(beginning) && !part.slice(beginning.length).includes(".");
