/**
 * Copies refs and all that they reach from a repository of ours into the depot, and checks that they arrived: git's exit status alone
 * is no proof.
 */
import { reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH_OWN } from "@fleet/kit/git/quiet-fetch";
import type { Ref } from "@fleet/kit/git/refs";
import { seenRefs } from "@fleet/kit/git/refs-in";

import { type Making, timeLeft } from "./making.ts";

export interface Lost {
  /** Of the ref. */
  readonly name: string;
  readonly why: string;
}

/**
 * git transfers only complete histories. If one ref of many reaches a missing object, each is tried by itself, and the result names
 * those that could not be kept. `below`: the common prefix of these refs.
 */
export async function bring(
  making: Making,
  depot: string,
  { from, refs, below }: { readonly from: string; readonly refs: readonly Ref[]; readonly below: string },
): Promise<Lost[]> {
  const { env } = making;
  const fetch = async (names: readonly string[]) =>
    await gitObjects(
      ["fetch", ...QUIET_FETCH_OWN, "--stdin", from],
      { env, gitDir: depot },
      { input: names.map((name) => `+${name}:${name}\n`).join(""), timeout: timeLeft(making) },
    );
  if (refs.length === 0) return [];
  const whole = await fetch(refs.map(({ name }) => name));
  const lost = new Map<string, string>();
  if (whole.kind !== "ok")
    for (const { name } of refs) {
      const one = await fetch([name]);
      if (one.kind !== "ok") lost.set(name, reasonOf(one));
    }
  // For a rejected shallow ref git reports success.
  const there = new Map(seenRefs(depot, below).refs.map(({ name, oid }) => [name, oid]));
  for (const { name, oid } of refs)
    if (!lost.has(name) && there.get(name) !== oid) lost.set(name, "git did not hand it over");
  return [...lost].map(([name, why]) => ({ name, why }));
}
