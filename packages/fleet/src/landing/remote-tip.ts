/**
 * The tip of a remote's branch, asked of the remote: a remote-tracking ref may be days old. The commit is fetched into the source
 * under a ref of this home; the person's remote-tracking branches are not written.
 */
import { reasonOf } from "@fleet/kit/git/git";
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH } from "@fleet/kit/git/quiet-fetch";
import { isOid } from "@fleet/kit/git/oid";
import { shellWord } from "@fleet/kit/shell";

import { DURABLE } from "./checkout.ts";
import type { Moving, Remote } from "./move.ts";
import { isDenied } from "./push-answer.ts";
import type { Aim, Aimed } from "./target.ts";
import { LandingError } from "./trouble.ts";

/** Milliseconds; a server that takes longer counts as unreachable. */
const PATIENCE = 120_000;

/** `into`: this home's ref that keeps it in the source. */
export async function remoteTip(
  { env }: Moving,
  { source, target, known }: Aim,
  { remote, into }: { readonly remote: Remote; readonly into: string },
): Promise<Aimed> {
  const { url, name = url } = remote;
  const own = { env, gitDir: source.commonDir, as: "checkout" } as const;
  const ref = `refs/heads/${target}`;
  const asked = await gitObjects(["ls-remote", "--end-of-options", url, ref], own, { timeout: PATIENCE });
  if (asked.kind !== "ok") return untold(asked);
  const there = oidIn(asked.stdout, ref);
  if (there === undefined)
    return {
      kind: "wait",
      why: `${name} has no branch ${target}`,
      mend: `git -C ${shellWord(source.top)} push ${shellWord(name)} ${known}:${ref}`,
    };
  if (await hasCommit(source.commonDir, there, env)) return { kind: "tip", target, tip: there };
  const fetch = [...DURABLE, "fetch", ...QUIET_FETCH, "--end-of-options", url, `+${ref}:${into}`];
  const fetched = await gitObjects(fetch, own, { timeout: PATIENCE });
  if (fetched.kind !== "ok") return untold(fetched);
  const read = await gitObjects(["rev-parse", "--verify", "-q", into], own);
  const tip = read.kind === "ok" ? read.stdout.trim() : "";
  if (!isOid(tip)) throw new LandingError("failed", `what ${name} has as ${target} did not arrive in ${source.top}`);
  return { kind: "tip", target, tip };

  function untold(answer: Exclude<typeof asked, { kind: "ok" }>): Aimed {
    const why = `${target} of ${name} can't be asked for: ${reasonOf(answer)}`;
    return answer.kind === "failed" && isDenied(answer.stderr) ? { kind: "refused", why } : { kind: "wait", why };
  }
}

/** Exactly this ref: as a pattern it would also match refs that end in the same way. */
const oidIn = (text: string, ref: string): string | undefined =>
  text
    .split("\n")
    .map((line) => line.split("\t"))
    .find(([, name]) => name === ref)?.[0];
