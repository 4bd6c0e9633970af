/** Takes what another home has, merges, gives what this one has. */
import { existsSync } from "node:fs";

import { releaseFrom } from "@fleet/store/hold-here";
import { addressOf, remoteUrl, trustRemote } from "@fleet/store/merge/remote";
import { installPushHook, rememberCommand } from "@fleet/store/push-hook";
import { sync as syncHomes, type Synced } from "@fleet/store/sync";

import { selfCommand } from "../../program/self.ts";
import { fromCwd } from "../cwd.ts";
import type { Fleet, World } from "../open.ts";

export interface Syncing {
  /** A name that the home knows, a path or a URL. */
  readonly remote: string;
  /** Also give what this home has. */
  readonly push: boolean;
  /** What comes from there, now and later, may run here. */
  readonly trust: boolean;
}

/** What a remote is trusted for, told before anything comes from it. */
export interface Trusted {
  readonly address: string;
  /** Issues that were held until now. */
  readonly freed: number;
}

export async function sync(
  fleet: Fleet,
  { remote: named, push, trust }: Syncing,
  trusted: (now: Trusted) => void,
): Promise<Synced> {
  await fleet.allow({ kind: "command", words: "fleet sync" });
  const { store, world } = fleet;
  const { gitDir } = store;
  const remote = located(world, gitDir, named);
  const act = await fleet.act();
  // A home that is synced is pushed to as well: its check of pushes should find this fleet.
  installPushHook(gitDir);
  rememberCommand(gitDir, selfCommand());
  if (trust) {
    trustRemote(gitDir, remote);
    const address = addressOf(gitDir, remote);
    trusted({ address, freed: releaseFrom(gitDir, address) });
  }
  return await syncHomes(store, act, { remote, isPushed: push });
}

/** A name that the home knows, else a path from here where there is something, else a URL. */
function located(world: World, gitDir: string, remote: string): string {
  if (/^[\w.-]+$/.test(remote) && remoteUrl(gitDir, remote) !== undefined) return remote;
  // Without a slash it is a name, and with a colon a URL: both may mean something where no path does.
  if (world.isCwdGone === true && (!remote.includes("/") || remote.includes(":"))) return remote;
  const path = fromCwd(world, remote);
  return !remote.startsWith("-") && existsSync(path) ? path : remote;
}

export type { Synced };
