/** `fleet sync`: fetches another home's changes, merges, and pushes the result. */
import { shellWord } from "@fleet/kit/shell";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { openFleet } from "../../app/open.ts";
import { sync as syncFleet, type Synced } from "../../app/operations/sync.ts";
import { colours } from "../style.ts";
import { type Command, flag, json, text } from "./command.ts";

export const sync: Command = {
  options: {
    pull: { type: "boolean", describe: "only fetch and merge; push nothing" },
    trust: {
      type: "boolean",
      describe: "once for a remote: its tasks may run here without being trusted one by one",
    },
  },
  examples: [
    ["fleet sync", "with the remote origin of the home's repository"],
    ["fleet sync git@host:me/fleet.git", "a bare repository of your own, anywhere git reaches"],
    ["fleet sync /mnt/laptop/.fleet", "another home"],
    ["fleet sync --trust", "the first time, where the other home is yours too"],
  ],
  run: async (io, args) => {
    const remote = text(args, "remote") ?? "origin";
    if (remote === "") throw new CommandError("a remote needs a name, a URL or a path", "fleet sync URL", EXIT.usage);
    const asked = { remote, push: !flag(args, "pull"), trust: flag(args, "trust") };
    const synced = await syncFleet(openFleet(io), asked, ({ address, freed }) =>
      io.err(`What comes from ${address} may run here from now on${freed === 0 ? "" : `; ${freed} held until now`}.\n`),
    );
    io.out(flag(args, "json") ? json(synced) : told(io, synced));
    return EXIT.ok;
  },
};

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
      : [
          dim(
            `  Values that lost are kept as comments on their issues; commit ${merged.commit.slice(0, 10)} has all of it.`,
          ),
        ]),
    "",
  ].join("\n");
}
