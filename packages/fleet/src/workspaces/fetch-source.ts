/** Fetches a source's refs into its depot, under `refs/src`. */
import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH_OWN } from "@fleet/kit/git/quiet-fetch";
import type { Ref } from "@fleet/kit/git/refs";
import { refsIn } from "@fleet/kit/git/refs-in";
import { readSource, type Source } from "@fleet/kit/git/source";
import { shortageOf } from "@fleet/kit/shortage";

import { isDirect } from "./direct.ts";
import { LONG, type Making } from "./making.ts";
import { done } from "./trouble.ts";

/** Only refs below this that also exist in the source are compared and fetched; `refs/base`, `refs/keep`, `refs/attempts` are fleet's. */
const FETCHED = ["heads", "remotes", "tags"] as const;

const OURS = "refs/src/";
export const isFetched = ({ name }: Ref): boolean => FETCHED.some((kind) => name.startsWith(`refs/${kind}/`));
export const inDepotAs = ({ oid, name }: Ref): Ref => ({ oid, name: name.replace(/^refs\//, OURS) });

/** The source at the time its objects came, and what its refs are in the depot. */
export interface Fetched {
  readonly source: Source;
  readonly tips: readonly Ref[];
}

/** How often the source is read before giving up on one that is amended and pruned all the time. */
const MOST_LOOKS = 5;

/**
 * A person may commit, amend and prune between the listing and the fetch, so that a listed commit is gone: then the source is read
 * anew. A source that reads the same is tried once more, because `git gc` moves objects while they are being packed.
 */
export async function fetchSource(making: Making, source: Source, depot: string): Promise<Fetched> {
  let latest = source;
  for (let look = 1; ; look++) {
    try {
      return { source: latest, tips: await fetchInto(making, latest, depot) };
    } catch (error) {
      if (look === MOST_LOOKS || shortageOf(error) !== undefined) throw error;
      const anew = await readSource(source.top, making.env);
      if (anew.kind !== "source" || anew.source.commonDir !== source.commonDir) throw error;
      if (look > 1 && isSame(anew.source, latest)) throw error;
      latest = { ...anew.source, below: source.below };
    }
  }
}

const isSame = (one: Source, other: Source): boolean => pictureOf(one) === pictureOf(other);
const pictureOf = ({ head, refs }: Source): string => JSON.stringify([head, refs]);

/** Returns what the source's refs point to. */
async function fetchInto(making: Making, source: Source, depot: string): Promise<readonly Ref[]> {
  const { env } = making;
  const head = source.head.oid ?? "";
  const wanted = source.refs.filter(isFetched).map(inDepotAs);
  const there = new Map(refsIn(depot, "refs/src").map(({ name, oid }) => [name, oid]));
  const isHeadThere = head === "" || wanted.some(({ oid }) => oid === head);
  if (isHeadThere && there.size === wanted.length && wanted.every(({ name, oid }) => there.get(name) === oid))
    return wanted;
  // A ref deleted in the source may block a new one: `a` blocks `a/b`.
  const names = new Set(wanted.map(({ name }) => name));
  const gone = [...there.keys()].filter((name) => !names.has(name));
  await updateRefs(
    making,
    depot,
    gone.map((name) => `delete ${name}`),
  );
  if (isDirect(depot)) {
    await updateRefs(
      making,
      depot,
      wanted.map(({ name, oid }) => `update ${name} ${oid}`),
    );
    return [...wanted, { name: "HEAD", oid: head }];
  }
  const specs = [
    ...FETCHED.map((kind) => `+refs/${kind}/*:${OURS}${kind}/*`),
    // There is none before the first commit.
    ...(head === "" ? [] : [`+${head}:refs/fetched`]),
  ];
  const fetched = await gitObjects(
    ["fetch", ...QUIET_FETCH_OWN, source.commonDir, ...specs],
    { env, gitDir: depot, as: "person" },
    { timeout: LONG },
  );
  done(fetched, `fetch from ${source.commonDir}`, depot);
  // As fetched: a person may have moved a branch and pruned its old commit since the refs were listed.
  return [...refsIn(depot, "refs/src"), ...(head === "" ? [] : [{ name: "HEAD", oid: head }])];
}

/** Those of the source's refs that the depot has, with the depot's values. */
export function asInDepot(depot: string, refs: readonly Ref[]): Ref[] {
  const there = new Map(refsIn(depot, "refs/src").map(({ name, oid }) => [name, oid]));
  return refs.flatMap((ref) => {
    const oid = there.get(inDepotAs(ref).name);
    return oid === undefined ? [] : [{ ...ref, oid }];
  });
}

async function updateRefs({ env }: Making, depot: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const input = lines.map((line) => `${line}\n`).join("");
  done(await gitObjects(["update-ref", "--stdin"], { env, gitDir: depot }, { input }), "write its refs", depot);
}
