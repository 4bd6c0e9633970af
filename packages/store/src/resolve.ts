/** What an argument of a command means, as beads 1.0.5 takes it: an id, the part of one behind the prefix, or a part of that. */
import { byCodeUnit } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";

/** Which of several things a part of an id may mean. */
export type Resolved =
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly ids: readonly string[] };

/** What an argument means: the id itself, else with the prefix in front, else the one id whose hash part holds it. */
export function resolve(snapshot: Snapshot, argument: string): Resolved {
  if (argument === "") return { kind: "none" };
  const prefixed = `${snapshot.meta.prefix}-${argument}`;
  if (snapshot.liveIssue(argument) !== undefined) return { kind: "one", id: argument };
  // What looks like a whole id is looked for in its shard; whether there is one of any other is in the list of ids.
  if (argument.includes("-") && snapshot.peek(argument) !== undefined) return { kind: "one", id: argument };
  const wanted = argument.toLowerCase();
  const prefix = `${snapshot.meta.prefix}-`.toLowerCase();
  // bd looks for what stands behind the prefix in what stands behind the prefix.
  const part = wanted.startsWith(prefix) ? wanted.slice(prefix.length) : wanted;
  const behind = (id: string): string => id.slice(id.indexOf("-") + 1).toLowerCase();
  const known = snapshot.idsWith(part === "" ? wanted : part);
  for (const id of [argument, prefixed]) if (known.includes(id)) return { kind: "one", id };
  const ids = known
    .filter((id) => id.toLowerCase() === wanted || (part !== "" && behind(id).includes(part)))
    .sort(byCodeUnit);
  const exact = ids.find((id) => id.toLowerCase() === wanted);
  const only = exact ?? (ids.length === 1 ? ids[0] : undefined);
  if (only !== undefined) return { kind: "one", id: only };
  return ids.length === 0 ? { kind: "none" } : { kind: "several", ids };
}
