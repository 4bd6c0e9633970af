/** The remote that work is pushed to: the one that the target's upstream is in, by its push address. */
import { git, reasonOf } from "@fleet/kit/git/git";
import type { Environment } from "@fleet/kit/git/environment";
import type { Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";

import { absoluteAddress, followCommand, upstreamOf } from "../workspaces/upstream.ts";
import type { Remote } from "./move.ts";

export type FoundRemote =
  /** `target`: the branch there. */
  | { readonly kind: "remote"; readonly remote: Remote; readonly target: string }
  | { readonly kind: "none"; readonly why: string; readonly mend: string };

export async function remoteFor(env: Environment, source: Source, target: string): Promise<FoundRemote> {
  const { top } = source;
  const at = `git -C ${shellWord(top)}`;
  const upstream = upstreamOf(source, target);
  if (upstream === undefined || upstream.remote === ".")
    return {
      kind: "none",
      why: `${target} of ${top} follows no branch of a remote, to which its work could be pushed`,
      mend: followCommand(source, target),
    };
  const { remote: name, branch } = upstream;
  const asked = await git({ place: "person", env, dir: top }, ["remote", "get-url", "--push", name]);
  if (asked.kind !== "ok")
    return {
      kind: "none",
      why: `nothing tells where ${name} of ${top} is: ${reasonOf(asked)}`,
      mend: `${at} remote -v`,
    };
  return { kind: "remote", remote: { url: absoluteAddress(top, asked.stdout.trim()), name }, target: branch };
}
