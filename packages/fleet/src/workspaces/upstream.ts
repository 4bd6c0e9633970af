/** A branch's upstream: remote and branch. Pure. */
import { isAbsolute, resolve } from "node:path";

import type { Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";

export interface Upstream {
  /** A remote's name; "." for the source itself. */
  readonly remote: string;
  /** The branch there. */
  readonly branch: string;
}

const last = ({ settings }: Pick<Source, "settings">, key: string): string | undefined =>
  settings.findLast((one) => one.key === key)?.value;

/** As configured; for a branch without an upstream the remote `origin`, or the only remote, if that has such a branch. */
export function upstreamOf(
  source: Pick<Source, "settings" | "refs">,
  branch: string | undefined,
): Upstream | undefined {
  if (branch === undefined) return undefined;
  const [remote, merge] = [last(source, `branch.${branch}.remote`), last(source, `branch.${branch}.merge`)];
  const followed = /^refs\/heads\/(.+)$/.exec(merge ?? "")?.[1];
  if (remote !== undefined && followed !== undefined) return { remote, branch: followed };
  const usual = usualRemote(source);
  return usual !== undefined && source.refs.some(({ name }) => name === `refs/remotes/${usual}/${branch}`)
    ? { remote: usual, branch }
    : undefined;
}

function usualRemote({ settings }: Pick<Source, "settings">): string | undefined {
  const remotes = new Set(settings.flatMap(({ key }) => /^remote\.(.+)\.url$/.exec(key)?.[1] ?? []));
  return remotes.has("origin") ? "origin" : remotes.size === 1 ? [...remotes][0] : undefined;
}

/** The command that sets an upstream; where the remote is unknown, the one that lists remotes. */
export function followCommand(source: Pick<Source, "top" | "settings">, branch: string): string {
  const at = `git -C ${shellWord(source.top)}`;
  const usual = usualRemote(source);
  return usual === undefined ? `${at} remote -v` : `${at} push -u ${shellWord(usual)} ${shellWord(branch)}`;
}

/** An absolute address: git resolves relative paths from the repository's top, and `~` from a home directory. */
export const absoluteAddress = (top: string, address: string): string =>
  /^[^/]*:/.test(address) || isAbsolute(address) || address.startsWith("~") ? address : resolve(top, address);

const OTHERWISE = "or let the work begin at what is checked out: --base head";

/** Reported where there is none: one line that says what to do. */
export function noUpstream(source: Pick<Source, "top" | "settings">, branch: string | undefined): string {
  const { top } = source;
  const at = `git -C ${shellWord(top)}`;
  return branch === undefined
    ? `a fresh base is that of a branch, and none is checked out in ${top}: ${at} switch BRANCH, ${OTHERWISE}`
    : `${branch} of ${top} follows no branch of a remote: ${followCommand(source, branch)}, ${OTHERWISE}`;
}
