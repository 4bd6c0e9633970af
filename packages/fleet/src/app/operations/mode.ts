/** pause, drain, resume: whether anything new is claimed, in all or on one account. It holds over a restart of the supervisor. */
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { nearest } from "@fleet/kit/nearest";
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";

import { type Breakers, CLOSED } from "../../engine/core/breaker.ts";
import { bearing, type HeldThing } from "../../engine/core/holds.ts";
import { readBreakers, writeBreakers } from "../../engine/shell/state/breaker-file.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { type ModeRecord, readMode, writeMode } from "../../engine/shell/state/mode-file.ts";
import {
  pauseAccount as parkByHand,
  readParked,
  resumeAccount as unpark,
  resumeAll,
} from "../../engine/shell/state/parked.ts";
import { allAccounts } from "../../settings/accounts/accounts.ts";
import type { Config } from "../../settings/schema.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { heldNow } from "../views/held.ts";

type Mode = ModeRecord["mode"];

export interface Paused {
  /** Of the fleet as a whole. */
  readonly mode: Mode;
  /** The accounts that were paused; null: the fleet was. */
  readonly accounts: readonly string[] | null;
  /** Tasks that run on, in the whole fleet. */
  readonly running: readonly string[];
}

export interface Lifted {
  readonly kind: HeldThing["kind"];
  readonly name: string;
  readonly reason: string;
  /** A daily limit that is still reached holds it again. */
  readonly daily: boolean;
}

export interface Resumed {
  readonly mode: Mode;
  /** What was named; null: everything. */
  readonly name: string | null;
  readonly lifted: readonly Lifted[];
  readonly supervised: boolean;
}

export type Drained =
  | { readonly kind: "drained" }
  /** It is waited for no longer, and drains all the same. */
  | { readonly kind: "interrupted"; readonly running: readonly string[] }
  /** Running attempts continue. */
  | { readonly kind: "unsupervised"; readonly running: readonly string[] };

async function set(fleet: Fleet, mode: Mode, event: "pause" | "drain" | "resume"): Promise<void> {
  const by = await fleet.actor();
  writeMode(fleet.home, { mode, since: new Date(fleet.now()).toISOString(), by });
  await fleet.told(event, `the fleet, by ${by}`, { by });
}

const running = ({ store }: Fleet): string[] =>
  [...store.snapshot().live.values()]
    .filter((issue) => heldBy(issue) !== undefined && !isElsewhere(issue, homeId(store.gitDir)))
    .map((issue) => issue.id);

/** What a name means that nothing bears. */
function unknownName(name: string, known: readonly string[], verb: string): CommandError {
  const meant = nearest(name, known);
  return new CommandError(
    `there is no account or coder ${name}`,
    meant === undefined ? "fleet accounts" : `fleet ${verb} ${meant}`,
  );
}

const namesIn = (config: Config): string[] => allAccounts(config).flatMap((one) => [one.name, one.coder]);

/** The accounts that bear the name that was given, their own or their coder's. */
function accountsNamed(config: Config, home: string, name: string): readonly string[] {
  const all = allAccounts(config);
  const named = all.filter((account) => account.name === name || account.coder === name).map((one) => one.name);
  if (named.length > 0) return named;
  // One that is parked is known too, whatever the settings say now.
  const parked = Object.keys(readParked(home));
  if (parked.includes(name)) return [name];
  throw unknownName(name, [...namesIn(config), ...parked], "pause");
}

export async function pause(fleet: Fleet, account: string | undefined): Promise<Paused> {
  await fleet.allow({ kind: "command", words: "fleet pause" });
  const { home } = fleet;
  if (account === undefined) {
    await set(fleet, "paused", "pause");
    return { mode: "paused", accounts: null, running: running(fleet) };
  }
  const accounts = accountsNamed((await fleet.settings()).config, home, account);
  const by = await fleet.actor();
  for (const name of accounts) {
    parkByHand(home, name, `paused by ${by}`);
    await fleet.told("pause", `${name}, by ${by}`, { account: name, by });
  }
  return { mode: readMode(home), accounts, running: running(fleet) };
}

/** Lifts these, and only these. */
function lift(home: string, things: readonly HeldThing[]): void {
  for (const { kind, key } of things) if (kind === "account" || kind === "fleet") unpark(home, key);
  const { coders, dirs, setups = {} } = readBreakers(home);
  if (things.every(({ kind }) => kind === "account" || kind === "fleet")) return;
  const rest = (of: HeldThing["kind"], all: Breakers["coders"]): Breakers["coders"] =>
    Object.fromEntries(
      Object.entries(all).filter(([key]) => !things.some((thing) => thing.kind === of && thing.key === key)),
    );
  writeBreakers(home, { coders: rest("coder", coders), dirs: rest("directory", dirs), setups: rest("setup", setups) });
}

const shown = (things: readonly HeldThing[]): Lifted[] =>
  things.map(({ kind, name, reason, daily }) => ({ kind, name, reason, daily }));

/** Everything that is held, or only what bears the name: an account, a coder, a directory. */
export async function resume(fleet: Fleet, name: string | undefined): Promise<Resumed> {
  await fleet.allow({ kind: "command", words: "fleet resume" });
  const { home, world } = fleet;
  const { config } = await fleet.settings();
  const all = heldNow(home, config);
  const supervised = leaderOf(home).kind !== "none";
  if (name === undefined) {
    await set(fleet, "running", "resume");
    resumeAll(home);
    // The person has fixed what failed to start, and takes responsibility for unreadable files.
    writeBreakers(home, CLOSED);
    return { mode: "running", name: null, lifted: shown(all), supervised };
  }
  const things = bearing(all, [name, ...(world.isCwdGone === true ? [] : [resolve(world.cwd, name)])]);
  const known = namesIn(config);
  // One that was parked once is known too, whatever the settings say now.
  if (things.length === 0 && !known.includes(name) && !(name in readParked(home)))
    throw unknownName(name, [...all.flatMap(({ names }) => names), ...known], "resume");
  lift(home, things);
  const by = await fleet.actor();
  if (things.length > 0) await fleet.told("resume", `${things.map((one) => one.name).join(", ")}, by ${by}`, { by });
  return { mode: readMode(home), name, lifted: shown(things), supervised };
}

const POLL = 200;

export interface Draining {
  /** Told when it begins to wait, and when other tasks are left. */
  readonly left: (running: readonly string[]) => void;
  readonly interrupted: () => boolean;
}

/** Claims nothing new and waits until nothing runs. */
export async function drain(fleet: Fleet, waiting: Draining): Promise<Drained> {
  await fleet.allow({ kind: "command", words: "fleet drain" });
  await set(fleet, "draining", "drain");
  let told = "";
  for (;;) {
    const left = running(fleet);
    if (left.length === 0) return { kind: "drained" };
    if (left.join() !== told) waiting.left(left);
    told = left.join();
    if (waiting.interrupted()) return { kind: "interrupted", running: left };
    if (leaderOf(fleet.home).kind === "none") return { kind: "unsupervised", running: left };
    await sleep(POLL);
  }
}
