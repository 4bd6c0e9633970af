/** pause, drain, resume: whether anything new is claimed, in all or on one account. It holds over a restart of the supervisor. */
import { setTimeout as sleep } from "node:timers/promises";

import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Store } from "@fleet/store/store";

import { allAccounts } from "../../settings/accounts/accounts.ts";
import { called } from "../../engine/core/accounts/upkeep.ts";
import { identity } from "../../bd/actor.ts";
import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { CLOSED, openBreakers } from "../../engine/core/breaker.ts";
import { breakersTrouble, readBreakers, writeBreakers } from "../../engine/shell/state/breaker-file.ts";
import { leader } from "../../engine/shell/state/leader.ts";
import { type ModeRecord, writeMode } from "../../engine/shell/state/mode-file.ts";
import {
  pauseAccount as parkByHand,
  readParked,
  resumeAccount as unpark,
  resumeAll,
} from "../../engine/shell/state/parked.ts";
import { always, type Args, type Command, flag, json, openHome, text } from "./command.ts";

async function set(io: Io, home: string, mode: ModeRecord["mode"]): Promise<void> {
  const { actor } = await identity(io, undefined, false);
  writeMode(home, { mode, since: new Date(io.now()).toISOString(), by: actor });
}

const running = (store: Store): string[] =>
  [...store.snapshot().live.values()]
    .filter((issue) => heldBy(issue) !== undefined && !isElsewhere(issue, homeId(store.gitDir)))
    .map((issue) => issue.id);

function command(
  usage: string,
  summary: string,
  examples: Command["examples"],
  act: (io: Io, args: Args) => Promise<number>,
): Command {
  return { usage: [usage], summary, forPerson: always, options: {}, examples, run: act };
}

/** The account that was named, or undefined for the whole fleet. */
function accountOf(home: string, args: Args): string | undefined {
  const name = text(args, "account");
  if (name === undefined) return undefined;
  const read = readConfig(home);
  const known = allAccounts(read.ok ? read.config : DEFAULTS).map((account) => account.name);
  // One that is parked is known too, whatever the settings say now.
  if (known.includes(name) || name in readParked(home)) return name;
  throw new CommandError(`there is no account ${name}`, "fleet accounts");
}

async function pauseAccount(io: Io, args: Args, home: string, name: string): Promise<number> {
  const { actor } = await identity(io, undefined, false);
  const reason = `paused by ${actor}`;
  parkByHand(home, name, reason);
  io.out(
    flag(args, "json")
      ? json({ account: name, paused: true })
      : `Paused ${name}: nothing new is started on it, what runs goes on. Go on: fleet resume ${name}\n`,
  );
  return EXIT.ok;
}

export const pause = command(
  "pause [account]",
  "claim nothing new, or nothing on one account; what runs goes on",
  [
    ["fleet pause", "until fleet resume"],
    ["fleet pause work", "this account only (fleet accounts lists them)"],
  ],
  async (io, args) => {
    const { home, store } = openHome(io);
    const account = accountOf(home, args);
    if (account !== undefined) return await pauseAccount(io, args, home, account);
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

function resumeAccount(io: Io, args: Args, home: string, name: string): number {
  const park = readParked(home)[name];
  const waited = park !== undefined && park.released === undefined;
  unpark(home, name);
  const again = waited && park.kind === "daily" ? " Its daily limit parks it again unless you raise it." : "";
  io.out(
    flag(args, "json")
      ? json({ account: name, unparked: waited })
      : waited
        ? `${name} goes on.${again}\n`
        : `${name} was not parked.\n`,
  );
  return EXIT.ok;
}

export const resume = command(
  "resume [account]",
  "claim again after pause or drain; parked accounts too, or only the one named",
  [
    ["fleet resume", "also after a coder was signed in again"],
    ["fleet resume work", "this account only"],
  ],
  async (io, args) => {
    const { home } = openHome(io);
    const account = accountOf(home, args);
    if (account !== undefined) return resumeAccount(io, args, home, account);
    await set(io, home, "running");
    const all = readParked(home);
    const parked = Object.keys(all).filter((name) => all[name]?.released === undefined);
    resumeAll(home);
    // Whoever says so has mended what failed to start.
    const held = openBreakers(readBreakers(home)).map(({ what }) => what);
    if (held.length > 0 || breakersTrouble(home) !== undefined) writeBreakers(home, CLOSED);
    const supervised = leader(home) !== undefined;
    if (flag(args, "json")) io.out(json({ mode: "running", unparked: [...parked, ...held], supervisor: supervised }));
    else {
      const accounts =
        parked.length + held.length === 0 ? "" : ` No longer parked: ${[...parked.map(called), ...held].join(", ")}.`;
      io.out(
        `Running: ready tasks are claimed.${accounts}${supervised ? "" : " No supervisor runs: fleet run start"}\n`,
      );
    }
    return EXIT.ok;
  },
);

const POLL = 200;

export const drain = command(
  "drain",
  "claim nothing new and wait until nothing runs",
  [["fleet drain", "before an upgrade or a shutdown"]],
  async (io, args) => {
    const { home, store } = openHome(io);
    await set(io, home, "draining");
    let interrupted = false;
    io.onInterrupt?.(["SIGINT", "SIGTERM"], () => (interrupted = true));
    let left = running(store);
    const said = (): void => io.err(`Waiting for ${left.length}: ${left.join(" ")}\n`);
    if (left.length > 0) said();
    while (left.length > 0) {
      if (interrupted) {
        io.err("Not waited for any longer; it drains all the same, and claims nothing new until: fleet resume\n");
        return EXIT.interrupted;
      }
      if (leader(home) === undefined) {
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
