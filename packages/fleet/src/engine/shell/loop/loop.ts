/** The life of one supervisor: becomes the leader, ticks, takes settings and signals up, leaves. */
import { existsSync } from "node:fs";

import { counted } from "@fleet/kit/figures";
import { openFilesLimit } from "@fleet/kit/process/limits";
import { roomForFiles, shortageOf } from "@fleet/kit/shortage";

import { cgroupPlaceHere, type Cgroups, leavePlace, takePlace } from "../../../attempts/process/cgroup.ts";
import { acceptedConfig } from "../../../settings/commit.ts";
import type { ConfigWatch } from "../../../settings/file.ts";
import { begin } from "./begin.ts";
import { Calls } from "./calls.ts";
import type { Context } from "./context.ts";
import { type Controls, pause } from "./controls.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Landings } from "./landings.ts";
import { Pulls } from "./pulls.ts";
import { type Lead, lead, type Leader, leave } from "../state/leader.ts";
import { removeStopWord, reserveStopWord, stopAsked } from "../state/stop-word.ts";
import { Supervisor } from "./supervisor.ts";
import { noteHit } from "../state/hits-file.ts";
import { SUPERVISOR } from "../../core/bursts.ts";
import { deadlineOf, endsBlind, type Handover, handsOver } from "../../core/stopping.ts";
import { TakeUp } from "./take-up.ts";

export type LoopEnd =
  /** Another supervisor runs for this home. */
  | { readonly kind: "refused"; readonly other: Exclude<Leader, { kind: "none" }> }
  /** config.yaml is invalid, and no version of it was accepted before. */
  | { readonly kind: "unsettled"; readonly problems: readonly string[] }
  /** The system lets it open too few files to do its work. */
  | { readonly kind: "short"; readonly text: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "handed-over"; readonly why: Handover }
  /** The home is gone: there is nothing to be a supervisor of. */
  | { readonly kind: "homeless" };

/** The files it opens at once beside Node's own: git's pipes for a few tasks at a time, their logs, its own files. */
const FILES_AT_START = 40;
/** With what Node has open (22 to 24, Node 20 and 24). */
const FILES_NEEDED = 64;

function tooFewFiles(): string {
  const limit = openFilesLimit();
  return `the supervisor needs ${FILES_NEEDED} open files at least${limit === undefined ? "" : `, and the limit is ${limit}`}`;
}

export async function superviseHome(
  context: Context,
  watch: ConfigWatch,
  controls: Controls,
  version: string,
): Promise<LoopEnd> {
  const room = roomForFiles(FILES_AT_START);
  if (room !== undefined) return { kind: "short", text: tooFewFiles() };
  const begun = beginLeading(context, version);
  if (begun === undefined) return { kind: "short", text: tooFewFiles() };
  const { cgroups, led } = begun;
  if (led.kind === "other") return { kind: "refused", other: led.other };
  try {
    return await superviseAs({ ...context, cgroups }, watch, controls, led);
  } finally {
    removeStopWord(context.home);
    leavePlace(cgroups);
    leave(led, context.clock);
  }
}

/** Undefined where files became too few meanwhile: what this process is, and where, would be known wrongly as long as it lives. */
function beginLeading(
  { home, clock, env }: Context,
  version: string,
): { readonly cgroups: Cgroups; readonly led: Lead } | undefined {
  try {
    const cgroups = takePlace(cgroupPlaceHere(home, env["FLEET_CGROUP"]));
    return { cgroups, led: lead(home, clock, { version, cgroups }) };
  } catch (error) {
    if (shortageOf(error) !== "files") throw error;
    return undefined;
  }
}

/** Without its record, which is gone with the home, it leads no more. */
async function superviseAs(
  context: Context,
  watch: ConfigWatch,
  controls: Controls,
  led: Extract<Lead, { kind: "leading" }>,
): Promise<LoopEnd> {
  roomToStop(context);
  // Load lazy modules now: an upgrade deletes the old files under a running supervisor.
  await import("@fleet/store/transact");
  const supervisor = new Supervisor(context);
  try {
    return await superviseWith(supervisor, context, watch, controls, led);
  } finally {
    await supervisor.leave();
  }
}

async function superviseWith(
  supervisor: Supervisor,
  context: Context,
  watch: ConfigWatch,
  controls: Controls,
  led: Extract<Lead, { kind: "leading" }>,
): Promise<LoopEnd> {
  const { journal, clock } = context;
  const begun = await begin(supervisor.context, controls, led.record);
  if (begun.kind === "stopped") return begun;
  if (begun.kind === "handed-over") return handOver(context, begun.why, undefined);
  const housekeeping = new Housekeeping(supervisor.context);
  const landings = new Landings(supervisor.context);
  const pulls = new Pulls(supervisor.context);
  const calls = new Calls(supervisor.context);
  let deadline: number | undefined;
  let idleSince = clock.monotonic();
  const settings = new TakeUp(supervisor.context, watch);
  const isRead = await settings.look();
  if (!isRead || watch.problems.length > 0) {
    const accepted = acceptedConfig(context.store);
    if (accepted === undefined)
      return { kind: "unsettled", problems: isRead ? watch.problems : ["it can't be read: the machine is short"] };
    watch.keep(accepted);
  }
  journal.write("start", `supervisor ${process.pid}, up to ${context.config().max_concurrent} at once`);
  for (;;) {
    if (!existsSync(led.path)) {
      await supervisor.abandon();
      return { kind: "homeless" };
    }
    await settings.look();
    const word = stopAsked(context.home, led.record);
    if (word !== undefined && deadline === undefined) journal.write("stop", `asked for by ${word.by}`, { by: word.by });
    const stops = Math.max(controls.interrupts(), word?.times ?? 0);
    deadline = deadlineOf(deadline, stops, clock.monotonic(), context.config().shutdown_grace);
    const why = controls.handover();
    if (handsOver(why, stops)) return handOver(context, why, supervisor.running.length);
    landings.look();
    pulls.start();
    calls.start();
    const { actions, progress, blind, away } = await supervisor.tick(
      deadline === undefined ? undefined : { kind: "stopping", deadline },
    );
    if (deadline !== undefined) deadline += away;
    if (actions.some((action) => action.kind === "exit")) {
      journal.write("exit", "stopped; nothing is left running");
      return { kind: "stopped" };
    }
    if (blind && endsBlind(deadline, clock.monotonic(), context.config().kill_grace)) {
      journal.write("exit", "stopped without looking at what is left running");
      return { kind: "stopped" };
    }
    if (actions.length > 0) idleSince = clock.monotonic();
    else if (deadline === undefined && clock.monotonic() - idleSince > IDLE_AFTER) {
      idleSince = clock.monotonic();
      housekeeping.start();
    }
    // Something was done, so the next difference is probably waiting already: look again soon.
    await pause(progress ? BUSY_PAUSE : context.config().poll_interval, controls.woken());
  }
}

/** A supervisor that starts on a full disk can be stopped once there is room. */
function roomToStop({ home }: Context): void {
  try {
    reserveStopWord(home);
  } catch (error) {
    if (shortageOf(error) !== "disk") throw error;
  }
}

/** `running`: how many attempts are left to the next supervisor; undefined until observed. */
function handOver({ clock, home, journal }: Context, why: Handover, running: number | undefined): LoopEnd {
  journal.write("exit", handedOver(why, running));
  // Attempts that the same signal ends are judged by the next supervisor.
  if (why.kind === "signal") noteHit(home, { who: SUPERVISOR, signal: why.signal, at: clock.wall() });
  return { kind: "handed-over", why };
}

function handedOver(why: Handover, running: number | undefined): string {
  const left = running === undefined ? "attempts are left running" : `${counted(running, "attempt")} left running`;
  if (why.kind === "asked") return left;
  return `${why.signal} from another process, not from fleet run stop; ${left} for the next supervisor (fleet run start)`;
}

const BUSY_PAUSE = 50;
/** Housekeeping (rendering, repacking) waits for this much quiet, in milliseconds. */
const IDLE_AFTER = 2_000;
