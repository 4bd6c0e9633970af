/** pause, drain, resume: whether anything new is claimed, in all or on one account. It holds over a restart of the supervisor. */
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { nearest } from "@fleet/kit/nearest";

import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Store } from "@fleet/store/store";

import { allAccounts } from "../../settings/accounts/accounts.ts";
import { identity } from "../../app/identity.ts";
import { readConfig } from "../../settings/file.ts";
import { type Config, DEFAULTS } from "../../settings/schema.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Breakers, CLOSED } from "../../engine/core/breaker.ts";
import { bearing, heldText, type HeldThing } from "../../engine/core/holds.ts";
import { readBreakers, writeBreakers } from "../../engine/shell/state/breaker-file.ts";
import { heldNow } from "../../app/views/held.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { type ModeRecord, readMode, writeMode } from "../../engine/shell/state/mode-file.ts";
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

function command(examples: Command["examples"], act: (io: Io, args: Args) => Promise<number>): Command {
  return { forPerson: always, options: {}, examples, run: act };
}

function configOf(home: string): Config {
  const read = readConfig(home);
  return read.ok ? read.config : DEFAULTS;
}

/** What a name means that nothing bears. */
function unknownName(name: string, known: readonly string[], verb: string): CommandError {
  const meant = nearest(name, known);
  return new CommandError(
    `there is no account or coder ${name}`,
    meant === undefined ? "fleet accounts" : `fleet ${verb} ${meant}`,
  );
}

/** The accounts that bear the name that was given, their own or their coder's; undefined for the whole fleet. */
function accountsNamed(home: string, args: Args): readonly string[] | undefined {
  const name = text(args, "account");
  if (name === undefined) return undefined;
  const all = allAccounts(configOf(home));
  const named = all.filter((account) => account.name === name || account.coder === name).map((one) => one.name);
  if (named.length > 0) return named;
  // One that is parked is known too, whatever the settings say now.
  const parked = Object.keys(readParked(home));
  if (parked.includes(name)) return [name];
  throw unknownName(name, [...all.flatMap((one) => [one.name, one.coder]), ...parked], "pause");
}

async function pauseAccounts(io: Io, args: Args, home: string, names: readonly string[]): Promise<number> {
  const { actor } = await identity(io, undefined, false);
  for (const name of names) parkByHand(home, name, `paused by ${actor}`);
  io.out(
    flag(args, "json")
      ? json({ accounts: names, paused: true })
      : `Paused ${names.join(", ")}: nothing new starts there, running attempts continue. Resume with: fleet resume ${text(args, "account") ?? ""}\n`,
  );
  return EXIT.ok;
}

export const pause = command(
  [
    ["fleet pause", "until fleet resume"],
    ["fleet pause work", "this account only (fleet accounts lists them)"],
  ],
  async (io, args) => {
    const { home, store } = openHome(io);
    const accounts = accountsNamed(home, args);
    if (accounts !== undefined) return await pauseAccounts(io, args, home, accounts);
    await set(io, home, "paused");
    const left = running(store);
    io.out(
      flag(args, "json")
        ? json({ mode: "paused", running: left })
        : `Paused: nothing new is claimed, ${left.length} still running. Resume with: fleet resume\n`,
    );
    return EXIT.ok;
  },
);

/** Lifts these and says so: what was lifted, and what still keeps tasks from being started. */
function lift(home: string, things: readonly HeldThing[]): void {
  for (const { kind, key } of things) if (kind === "account" || kind === "fleet") unpark(home, key);
  const { coders, dirs } = readBreakers(home);
  const keys = new Set(things.filter(({ kind }) => kind === "coder" || kind === "directory").map(({ key }) => key));
  const rest = (all: Breakers["coders"]): Breakers["coders"] =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !keys.has(key)));
  if (keys.size > 0) writeBreakers(home, { coders: rest(coders), dirs: rest(dirs) });
}

const jsonOf = (things: readonly HeldThing[]): object[] =>
  things.map(({ kind, name, reason }) => ({ kind, name, reason }));

const DAILY = " A daily limit that is still reached holds it again: raise it (fleet accounts).";
const textOf = (things: readonly HeldThing[]): string =>
  `${things.map(heldText).join(", ")}.${things.some(({ daily }) => daily) ? DAILY : ""}`;

function resumeNamed(io: Io, args: Args, home: string, name: string): number {
  const config = configOf(home);
  const all = heldNow(home);
  const things = bearing(all, [name, ...(io.isCwdGone === true ? [] : [resolve(io.cwd, name)])]);
  const known = allAccounts(config).flatMap((one) => [one.name, one.coder]);
  // One that was parked once is known too, whatever the settings say now.
  if (things.length === 0 && !known.includes(name) && !(name in readParked(home)))
    throw unknownName(name, [...all.flatMap(({ names }) => names), ...known], "resume");
  lift(home, things);
  const mode = readMode(home);
  if (flag(args, "json")) io.out(json({ name, lifted: jsonOf(things), mode }));
  else {
    const said = things.length === 0 ? `${name} was not held.` : `Resumed: ${textOf(things)}`;
    io.out(`${said}${mode === "running" ? "" : ` The fleet itself is still ${mode}: fleet resume`}\n`);
  }
  return EXIT.ok;
}

export const resume = command(
  [
    ["fleet resume", "also after a coder was signed in again, or installed"],
    ["fleet resume work", "what is held under this name: an account, a coder, a directory"],
  ],
  async (io, args) => {
    const { home } = openHome(io);
    const name = text(args, "held");
    if (name !== undefined) return resumeNamed(io, args, home, name);
    await set(io, home, "running");
    const things = heldNow(home);
    resumeAll(home);
    // Whoever says so has corrected what failed to start, and knows what a file said that can't be read.
    writeBreakers(home, CLOSED);
    const supervised = leaderOf(home).kind !== "none";
    if (flag(args, "json")) io.out(json({ mode: "running", lifted: jsonOf(things), supervisor: supervised }));
    else {
      const lifted = things.length === 0 ? "" : ` Resumed: ${textOf(things)}`;
      io.out(`Running: ready tasks are claimed.${lifted}${supervised ? "" : " No supervisor runs: fleet run start"}\n`);
    }
    return EXIT.ok;
  },
);

const POLL = 200;

export const drain = command([["fleet drain", "before an upgrade or a shutdown"]], async (io, args) => {
  const { home, store } = openHome(io);
  await set(io, home, "draining");
  let interrupted = false;
  io.onInterrupt?.(["SIGINT", "SIGTERM"], () => (interrupted = true));
  let left = running(store);
  const said = (): void => io.err(`Waiting for ${left.length}: ${left.join(" ")}\n`);
  if (left.length > 0) said();
  while (left.length > 0) {
    if (interrupted) {
      io.err("Stopped waiting. Still draining: nothing new starts until `fleet resume`\n");
      return EXIT.interrupted;
    }
    if (leaderOf(home).kind === "none") {
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
    flag(args, "json") ? json({ mode: "draining", running: [] }) : "Drained: nothing runs. Resume with: fleet resume\n",
  );
  return EXIT.ok;
});
