/** Selects the settings that a clone copies from its source, so that git behaves there as in the source. Pure. */
import { resolve } from "node:path";

import type { Setting } from "@fleet/kit/git/settings";
import type { Source } from "@fleet/kit/git/source";

import { absoluteAddress } from "./upstream.ts";

/**
 * Left out: settings of that directory alone (where it is; how it is stored, watched, packed and served), settings of branches that
 * the clone does not have, and includes, whose contents are in the list already.
 */
const LEFT_OUT: readonly RegExp[] = [
  /^core\.(?:bare|worktree|repositoryformatversion|fsmonitor|untrackedcache|splitindex|sharedrepository)$/,
  /^core\.(?:sparsecheckout|sparsecheckoutcone)$/,
  /^(?:extensions|gc|maintenance|index|branch|safe|receive|uploadpack|uploadarchive|transfer|include)\./,
  /^includeif\./,
  /^fetch\.writecommitgraph$/,
  /^remote\..*\.(?:mirror|promisor|partialclonefilter)$/,
  // An absolute path; git-lfs finds the source's objects by the alternates.
  /^lfs\.storage$/,
];

const isCopied = ({ key }: Setting): boolean => !LEFT_OUT.some((pattern) => pattern.test(key));

/** The scopes of a repository's own settings. */
export const OF_REPOSITORY: ReadonlySet<string> = new Set(["local", "worktree"]);

const valuesOf = (settings: readonly Setting[], key: string): (string | undefined)[] =>
  settings.filter((one) => one.key === key).map(({ value }) => value);

/**
 * The settings to write into the clone's own configuration. `source`: all that apply in the source; `seen`: all that already apply in
 * the clone, where a person's `includeIf` may depend on the directory.
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
  // Values that apply in the clone and not in the source have to be overridden: the last value wins.
  const effective = [...seen.filter(isCopied), ...copied];
  const strange = [...new Set((here ?? []).map(({ key }) => key))].flatMap((key) => {
    const [is, was] = [valuesOf(effective, key).at(-1), valuesOf(source, key)];
    return was.length === 0 || is === was.at(-1) ? [] : [{ scope: "local", key, value: was.at(-1) }];
  });
  return [...copied, ...strange];
}

/**
 * A remote's relative path starts at the source's top, so it is made absolute. An address rewritten by `insteadOf` is no path.
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
 * The source's author identity, unless the copied settings have it: some coders hide the person's own configuration from their tools,
 * and a commit without an identity fails.
 */
export function identityIn(source: readonly Setting[], copied: readonly Setting[]): Setting[] {
  return IDENTITY.flatMap((key) => {
    const value = valuesOf(source, key).at(-1);
    return value === undefined || valuesOf(copied, key).length > 0 ? [] : [{ scope: "local", key, value }];
  });
}

/** The first list minus the second, as multisets. */
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
 * Submodules with a relative address in a source that has no remote: git resolves the address against the repository's own place, and
 * the clone's place is another. `modules`: the settings of its .gitmodules.
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
