/** `fleet sync`: takes what another home has, merges, gives what this one has. */
import { existsSync } from "node:fs";

import { releaseFrom } from "@fleet/store/held-here";
import { addressOf, remoteUrl, trustRemote } from "@fleet/store/merge/remote";
import { shellWord } from "@fleet/kit/shell";
import { installPushHook, rememberCommand } from "@fleet/store/push-hook";
import { sync as syncHomes, type Synced } from "@fleet/store/sync";

import { identity } from "../../app/identity.ts";
import { fromCwd } from "../../app/cwd.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { selfCommand } from "../../program/self.ts";
import { colours } from "../style.ts";
import { uuid7 } from "@fleet/kit/uuid";
import { type Command, flag, json, openHome, text } from "./command.ts";

export const sync: Command = {
  forPerson: () => true,
  options: {
    pull: { type: "boolean", describe: "only take what is there, push nothing" },
    trust: {
      type: "boolean",
      describe: "once for a remote: what comes from it may run here, and needs nobody to say so each time",
    },
  },
  examples: [
    ["fleet sync", "with the remote origin of the home's repository"],
    ["fleet sync git@host:me/fleet.git", "a bare repository of your own, anywhere git reaches"],
    ["fleet sync /mnt/laptop/.fleet", "another home"],
    ["fleet sync --trust", "the first time, where the other home is yours too"],
  ],
  run: async (io, args) => {
    if (text(args, "remote") === "")
      throw new CommandError("a remote needs a name, a URL or a path", "fleet sync URL", EXIT.usage);
    const { store } = openHome(io);
    const remote = located(io, store.gitDir, text(args, "remote") ?? "origin");
    const { actor, email } = await identity(io, undefined, true);
    const act = { actor, now: io.now(), uuid: uuid7, ...(email === undefined ? {} : { email }) };
    // A home that is synced is pushed to as well: its check of pushes should find this fleet.
    installPushHook(store.gitDir);
    rememberCommand(store.gitDir, selfCommand());
    if (flag(args, "trust")) {
      trustRemote(store.gitDir, remote);
      const freed = releaseFrom(store.gitDir, addressOf(store.gitDir, remote));
      io.err(
        `What comes from ${addressOf(store.gitDir, remote)} may run here from now on${freed === 0 ? "" : `; ${freed} held until now`}.\n`,
      );
    }
    const synced = await syncHomes(store, act, { remote, isPushed: !flag(args, "pull") });
    io.out(flag(args, "json") ? json(synced) : told(io, synced));
    return 0;
  },
};

/** A name that the home knows, else a path from here where there is something, else a URL. */
function located(io: Io, gitDir: string, remote: string): string {
  if (/^[\w.-]+$/.test(remote) && remoteUrl(gitDir, remote) !== undefined) return remote;
  // Without a slash it is a name, and with a colon a URL: both may mean something where no path does.
  if (io.isCwdGone === true && (!remote.includes("/") || remote.includes(":"))) return remote;
  const path = fromCwd(io, remote);
  return !remote.startsWith("-") && existsSync(path) ? path : remote;
}

const commits = (n: number): string => `${n} ${n === 1 ? "commit" : "commits"}`;

function heldText({ remote, held }: Synced): string[] {
  const [first] = held;
  if (first === undefined) return [];
  const what = held.length === 1 ? `${first} is` : `${held.length} issues are`;
  return [
    `  ${what} held until you trust what came (fleet tasks --all): fleet bd update ${first} --trust; all that comes from there, now and later: fleet sync ${shellWord(remote)} --trust`,
  ];
}

function told(io: Io, synced: Synced): string {
  const { remote, pulled, pushed, merged, notes } = synced;
  const { dim } = colours(io);
  if (pulled + pushed === 0) return `✓ Nothing new here or at ${remote}.\n`;
  const both = merged === undefined || merged.both === 0 ? "" : `, ${merged.both} changed on both sides`;
  const how =
    merged === undefined
      ? ""
      : ` (merged: ${merged.changed} ${merged.changed === 1 ? "issue" : "issues"} differed${both})`;
  return [
    `✓ Synced with ${remote}: took ${commits(pulled)}, gave ${commits(pushed)}${how}.`,
    ...heldText(synced),
    ...notes.map((note) => `  ${note}`),
    ...(notes.length === 0 || merged === undefined
      ? []
      : [dim(`  What lost is a comment on its issue; all of this stands in commit ${merged.commit.slice(0, 10)}.`)]),
    "",
  ].join("\n");
}
