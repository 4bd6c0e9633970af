/** What of a source's configuration a clone gets, so that git in it does what it would do there. Pure. */
import { resolve } from "node:path";

import type { Setting } from "@fleet/kit/git/settings";
import type { Source } from "@fleet/kit/git/source";

import { absoluteAddress } from "./upstream.ts";

/**
 * Left out: what is about that directory and no other (where it is, how it is stored, watched, packed and served), what follows
 * branches that the clone has not, and includes, whose settings are all in the list.
 */
const LEFT_OUT: readonly RegExp[] = [
  /^core\.(?:bare|worktree|repositoryformatversion|fsmonitor|untrackedcache|splitindex|sharedrepository)$/,
  /^core\.(?:sparsecheckout|sparsecheckoutcone)$/,
  /^(?:extensions|gc|maintenance|index|branch|safe|receive|uploadpack|uploadarchive|transfer|include)\./,
  /^includeif\./,
  /^fetch\.writecommitgraph$/,
  /^remote\..*\.(?:mirror|promisor|partialclonefilter)$/,
  // Absolute; git-lfs finds the source's by way of the alternates.
  /^lfs\.storage$/,
];

const isCopied = ({ key }: Setting): boolean => !LEFT_OUT.some((pattern) => pattern.test(key));

/** Scopes of a repository's own settings. */
export const OF_REPOSITORY: ReadonlySet<string> = new Set(["local", "worktree"]);

const valuesOf = (settings: readonly Setting[], key: string): (string | undefined)[] =>
  settings.filter((one) => one.key === key).map(({ value }) => value);

/**
 * What is to be written into the clone's own configuration. `source`: all that counts in the source; `seen`: all that counts in
 * the clone before, where a person's `includeIf` may choose by directory.
 */
export function copiedSettings(
  { top, settings }: Pick<Source, "top" | "settings">,
  seen: readonly Setting[],
): Setting[] {
  const source = withAbsoluteRemotes(top, settings);
  const local = source.filter((one) => OF_REPOSITORY.has(one.scope) && isCopied(one));
  const [there, here] = [source, seen].map((all) => all.filter((one) => one.scope === "global" && isCopied(one)));
  const missing = without(there ?? [], here ?? []);
  const copied = [...missing, ...local];
  // What the clone sees and the source does not must not decide there: the last one said does.
  const effective = [...seen.filter(isCopied), ...copied];
  const strange = [...new Set((here ?? []).map(({ key }) => key))].flatMap((key) => {
    const [is, was] = [valuesOf(effective, key).at(-1), valuesOf(source, key)];
    return was.length === 0 || is === was.at(-1) ? [] : [{ scope: "local", key, value: was.at(-1) }];
  });
  return [...copied, ...strange];
}

/**
 * A remote whose address is a path is named from the top of the source; elsewhere the same words lead to another place. What
 * `insteadOf` makes an address of is none.
 */
export function withAbsoluteRemotes(top: string, settings: readonly Setting[]): Setting[] {
  const short = settings.flatMap(({ key, value = "" }) => (/^url\..*\.(?:push)?insteadof$/.test(key) ? [value] : []));
  return settings.map((one) => {
    const { key, scope, value = "" } = one;
    const isAddress = OF_REPOSITORY.has(scope) && /^remote\..*\.(?:push)?url$/.test(key) && value !== "";
    if (!isAddress || short.some((start) => value.startsWith(start))) return one;
    return { ...one, value: absoluteAddress(top, value) };
  });
}

const IDENTITY = ["user", "author", "committer"].flatMap((who) => [`${who}.name`, `${who}.email`]);

/**
 * Whose a commit is, as it is in the source, where the copied settings don't say it: some coders hide from their tools what a person's
 * own configuration says, and a commit without an identity fails.
 */
export function identityIn(source: readonly Setting[], copied: readonly Setting[]): Setting[] {
  return IDENTITY.flatMap((key) => {
    const value = valuesOf(source, key).at(-1);
    return value === undefined || valuesOf(copied, key).length > 0 ? [] : [{ scope: "local", key, value }];
  });
}

/** The first list without what the second has, each as often as it is there. */
function without(all: readonly Setting[], taken: readonly Setting[]): Setting[] {
  const left = new Map<string, number>();
  const named = ({ key, value }: Setting): string => `${key}\n${value ?? "\0"}`;
  for (const one of taken) left.set(named(one), (left.get(named(one)) ?? 0) + 1);
  return all.filter((one) => {
    const count = left.get(named(one)) ?? 0;
    left.set(named(one), count - 1);
    return count <= 0;
  });
}

/**
 * Where submodules come from whose address is relative, in a source without a remote: git takes such an address from where the
 * repository itself is, and the clone is elsewhere. `modules`: the settings of its .gitmodules.
 */
export function submoduleSettings(top: string, source: readonly Setting[], modules: readonly Setting[]): Setting[] {
  if (source.some(({ key }) => /^remote\..*\.url$/.test(key))) return [];
  return modules.flatMap(({ key, value }) =>
    /^submodule\..*\.url$/.test(key) &&
    value !== undefined &&
    /^\.\.?\//.test(value) &&
    valuesOf(source, key).length === 0
      ? [{ scope: "local", key, value: resolve(top, value) }]
      : [],
  );
}
