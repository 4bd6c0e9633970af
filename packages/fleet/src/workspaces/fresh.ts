/**
 * The current tip of a branch at its remote, fetched into the depot with the source's settings. Nothing is written into the source.
 */
import { configVariables } from "@fleet/kit/git/config-variables";
import { git, reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH_OWN } from "@fleet/kit/git/quiet-fetch";
import { parseSettings, type Setting } from "@fleet/kit/git/settings";
import type { Source } from "@fleet/kit/git/source";

import { copiedSettings } from "./config.ts";
import { LONG, type Making } from "./making.ts";
import { done, WorkspaceError } from "./trouble.ts";
import { absoluteAddress, type Upstream } from "./upstream.ts";

/** The settings that say how a remote is reached, and who authenticates. */
const HOW = /^(?:credential|http|url|ssh|protocol)\.|^core\.(?:sshcommand|askpass|gitproxy)$/;

export async function fetchFresh(
  making: Making,
  source: Source,
  { depot, task, upstream }: { readonly depot: string; readonly task: string; readonly upstream: Upstream },
): Promise<string> {
  const { env } = making;
  const into = `refs/fresh/${task}`;
  const from = upstream.remote === "." ? source.commonDir : await addressOf(making, source, upstream.remote);
  const where = configVariables(await settingsToReach(making, source, depot), env);
  const spec = `+refs/heads/${upstream.branch}:${into}`;
  const fetched = await gitObjects(
    ["fetch", ...QUIET_FETCH_OWN, "--end-of-options", from, spec],
    { env, gitDir: depot, where, as: "checkout" },
    { timeout: LONG },
  );
  if (fetched.kind !== "ok")
    throw new WorkspaceError(
      "failed",
      `${upstream.branch} of ${upstream.remote} can't be fetched: ${reasonOf(fetched)}`,
      {
        where: source.top,
      },
    );
  return done(await gitObjects(["rev-parse", "--verify", into], { env, gitDir: depot }), "read its refs", depot).trim();
}

/** After `insteadOf`; a relative path starts at the source's top. */
async function addressOf({ env }: Making, { top }: Source, remote: string): Promise<string> {
  const asked = await git({ place: "person", env, dir: top }, ["ls-remote", "--get-url", remote]);
  return absoluteAddress(top, done(asked, "read where a remote is", top).trim());
}

async function settingsToReach({ env }: Making, source: Source, depot: string): Promise<Setting[]> {
  const seen = await gitObjects(["config", "--list", "--show-scope", "-z"], { env, gitDir: depot, as: "person" });
  return copiedSettings(source, parseSettings(done(seen, "read the settings of the depot", depot))).filter(({ key }) =>
    HOW.test(key),
  );
}
