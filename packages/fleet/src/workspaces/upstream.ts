/** Which branch of which remote a branch follows. Pure. */
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

/** As git has it; where nothing is said of the branch, the remote `origin`, or the only one, where that has shown such a branch. */
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

/** What makes a branch follow one of a remote; where nobody knows of which, what shows the remotes. */
export function followCommand(source: Pick<Source, "top" | "settings">, branch: string): string {
  const at = `git -C ${shellWord(source.top)}`;
  const usual = usualRemote(source);
  return usual === undefined ? `${at} remote -v` : `${at} push -u ${shellWord(usual)} ${shellWord(branch)}`;
}

/** An address as it is from everywhere: git takes a path from the top of the repository, or from somebody's home. */
export const absoluteAddress = (top: string, address: string): string =>
  /^[^/]*:/.test(address) || isAbsolute(address) || address.startsWith("~") ? address : resolve(top, address);

const OTHERWISE = "or let the work begin at what is checked out: --base head";

/** What is told where none is found: in one line, with what changes it. */
export function noUpstream(source: Pick<Source, "top" | "settings">, branch: string | undefined): string {
  const { top } = source;
  const at = `git -C ${shellWord(top)}`;
  return branch === undefined
    ? `a fresh base is that of a branch, and none is checked out in ${top}: ${at} switch BRANCH, ${OTHERWISE}`
    : `${branch} of ${top} follows no branch of a remote: ${followCommand(source, branch)}, ${OTHERWISE}`;
}
