/** pause, drain, resume: whether anything new is claimed. It holds over a restart of the supervisor. */
import { setTimeout as sleep } from "node:timers/promises";

import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Store } from "@fleet/store/store";

import { identity } from "../bd/actor.ts";
import { systemClock } from "../clock.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { leader } from "../supervisor/leader.ts";
import { type ModeRecord, writeMode } from "../supervisor/mode-file.ts";
import { readParked, writeParked } from "../supervisor/parked.ts";
import { type Args, type Command, flag, json, openHome } from "./command.ts";

async function set(io: Io, home: string, mode: ModeRecord["mode"]): Promise<void> {
  const { actor } = await identity(io, undefined, false);
  writeMode(home, { mode, since: new Date(io.now()).toISOString(), by: actor });
}

const running = (store: Store): string[] =>
  [...store.snapshot().live.values()]
    .filter((issue) => heldBy(issue) !== undefined && !isElsewhere(issue, homeId(store.gitDir)))
    .map((issue) => issue.id);

function command(
  name: string,
  summary: string,
  example: string,
  act: (io: Io, args: Args) => Promise<number>,
): Command {
  return { usage: [name], summary, options: {}, examples: [[`fleet ${name}`, example]], run: act };
}

export const pause = command(
  "pause",
  "claim nothing new; what runs goes on",
  "until fleet resume",
  async (io, args) => {
    const { home, store } = openHome(io);
    await set(io, home, "paused");
    const left = running(store);
    io.out(
      flag(args, "json")
        ? json({ mode: "paused", running: left })
        : `Paused: nothing new is claimed, ${left.length} still running. Go on: fleet resume\n`,
    );
    return EXIT.ok;
  },
);

export const resume = command(
  "resume",
  "claim again after pause or drain; parked coders too",
  "also after a coder was signed in again",
  async (io, args) => {
    const { home } = openHome(io);
    await set(io, home, "running");
    const parked = Object.keys(readParked(home));
    if (parked.length > 0) writeParked(home, {});
    const supervised = leader(home, systemClock()) !== undefined;
    if (flag(args, "json")) io.out(json({ mode: "running", unparked: parked, supervisor: supervised }));
    else {
      const coders = parked.length === 0 ? "" : ` No longer parked: ${parked.join(", ")}.`;
      io.out(`Running: ready tasks are claimed.${coders}${supervised ? "" : " No supervisor runs: fleet run start"}\n`);
    }
    return EXIT.ok;
  },
);

const POLL = 200;

export const drain = command(
  "drain",
  "claim nothing new and wait until nothing runs",
  "before an upgrade or a shutdown",
  async (io, args) => {
    const { home, store } = openHome(io);
    await set(io, home, "draining");
    let left = running(store);
    const said = (): void => io.err(`Waiting for ${left.length}: ${left.join(" ")}\n`);
    if (left.length > 0) said();
    while (left.length > 0) {
      if (leader(home, systemClock()) === undefined) {
        io.err("No supervisor runs, so nothing will end these tasks: fleet run start\n");
        return EXIT.failed;
      }
      await sleep(POLL);
      const now = running(store);
      if (now.join() !== left.join()) {
        left = now;
        if (left.length > 0) said();
      }
    }
    io.out(
      flag(args, "json") ? json({ mode: "draining", running: [] }) : "Drained: nothing runs. Go on: fleet resume\n",
    );
    return EXIT.ok;
  },
);
