/** The supervisor as a process of its own: started in the background, asked to stop, replaced by another. */
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { systemClock } from "@fleet/kit/clock";
import { errno } from "@fleet/kit/errors";
import { ensureDir, removeFile } from "@fleet/kit/files";
import { startDetached } from "@fleet/kit/process/detached";
import { whereabouts } from "@fleet/kit/process/id";
import { hasRoom, NODE_PLACES } from "@fleet/kit/process/room";
import { readText } from "@fleet/kit/read";
import { heldBy } from "@fleet/store/claims";

import { declareGone } from "../../engine/shell/state/gone-places.ts";
import {
  isAliveStill,
  type Leader,
  leaderOf,
  type LeaderRecord,
  placeOf,
  unreachable,
} from "../../engine/shell/state/leader.ts";
import { modeText } from "../../engine/shell/state/mode-file.ts";
import { askToStop } from "../../engine/shell/state/stop-word.ts";
import { selfCommand } from "../../program/self.ts";
import { readConfig } from "../../settings/file.ts";
import { configPath } from "../../settings/place.ts";
import { CommandError } from "../errors.ts";
import { identity } from "../identity.ts";
import type { Fleet } from "../open.ts";
import { supervisorEnvironment } from "../supervisor-environment.ts";
import { leftBehind, type LeftBehind } from "../views/left-behind.ts";
import { runningTasks } from "../views/of-several.ts";

const POLL = 50;
const START_PATIENCE = 15_000;
/** From the end of a supervisor's work to that of its process. */
const EXIT_PATIENCE = 15_000;
/** Beyond the times that the settings give its attempts to end. */
const STOP_PATIENCE = 30_000;

export interface Started {
  /** False: it ran already. */
  readonly started: boolean;
  readonly pid: number;
  /** That nothing new is claimed, where that is so. */
  readonly mode: string | undefined;
}

export interface Restarted extends Started {
  /** Attempts that run on under the new one; null where there was none to replace. */
  readonly handedOver: number | null;
}

export type Stopped =
  | { readonly kind: "not-running"; readonly left: LeftBehind }
  /** It is waited for no longer, and stops all the same. */
  | { readonly kind: "interrupted"; readonly pid: number }
  /** `back`: tasks whose attempts were ended with it, and which wait for the next one. */
  | { readonly kind: "stopped"; readonly pid: number; readonly left: LeftBehind; readonly back: readonly string[] };

export interface Stopping {
  /** Told once, where something runs: which tasks, and for how long their attempts may end on their own. */
  readonly waiting: (running: readonly string[], grace: number | undefined) => void;
  readonly isInterrupted: () => boolean;
}

/** A supervisor that can't be reached, in words and with the ways on. `verb`: what is to be done where it runs. */
export const elsewhere = (home: string, other: Extract<Leader, { kind: "unknown" }>, verb: string): CommandError =>
  new CommandError(
    `a supervisor for ${home} may run where it can't be seen from here: ${unreachable(other)}`,
    `fleet run ${verb} there; only if that place is gone for good: fleet run start --force`,
  );

/** A supervisor does not start on them. */
export const badConfig = (home: string, problems: readonly string[]): CommandError =>
  new CommandError(`config.yaml is invalid: ${problems.join("; ")}`, `edit ${configPath(home)}`);

/**
 * A person says that the place of the supervisor that can't be reached is gone: it and what it ran count as dead. Undefined
 * where there is none; else where it was.
 */
export function forgetPlace({ home, now }: Fleet): string | undefined {
  const other = leaderOf(home);
  if (other.kind !== "unknown") return undefined;
  // Of this very place a command could not be sure either: /proc hides the answer, and a person can fix that.
  if (whereabouts(placeOf(other.record)) === "here")
    throw new CommandError(
      `process ${other.record.pid} is running, and may or may not be the supervisor`,
      `kill ${other.record.pid}, if it is`,
    );
  declareGone(home, placeOf(other.record), now());
  return other.where;
}

/** The supervisor that runs here; refused where one may run that can't be reached. */
function running(home: string, verb: string): LeaderRecord | undefined {
  const now = leaderOf(home);
  if (now.kind === "unknown") throw elsewhere(home, now, verb);
  return now.kind === "here" ? now.record : undefined;
}

export async function start(fleet: Fleet): Promise<Started> {
  const { home, world } = fleet;
  const clock = systemClock();
  const before = running(home, "stop");
  if (before !== undefined) return { started: false, pid: before.pid, mode: undefined };
  const checked = readConfig(home);
  if (!checked.ok) throw badConfig(home, checked.problems);
  await demandRoom();
  const outPath = join(home, "run", "supervisor.out");
  const [node = "node", script = ""] = selfCommand();
  ensureDir(dirname(outPath), 0o700);
  removeFile(outPath);
  const started = await startDetached({
    file: node,
    args: [script, "run", "foreground"],
    cwd: home,
    env: { ...supervisorEnvironment(world.env), FLEET_HOME: home },
    stdout: outPath,
    stderr: outPath,
  }).catch((error: unknown) => {
    if (errno(error) === undefined) throw error;
    throw new CommandError(`the supervisor could not be started: ${String(error)}`, "fleet run foreground");
  });
  const deadline = clock.monotonic() + START_PATIENCE;
  for (;;) {
    const led = leaderOf(home);
    // Where the system hides processes its record is all there is of ours.
    const isOurs = led.kind === "here" || (led.kind === "unknown" && led.record.pid === started.pid);
    if (led.kind !== "none" && isOurs) {
      const { pid } = led.record;
      return { started: pid === started.pid, pid, mode: modeText(home, fleet.now()) };
    }
    const isLate = clock.monotonic() > deadline;
    if (started.hasEnded() || isLate) {
      // What is told not to have started is not to come up later.
      started.kill();
      const nothing = isLate ? `nothing from it within ${START_PATIENCE / 1000} s` : "it said nothing";
      throw new CommandError(
        `the supervisor did not start: ${(readText(outPath) ?? "").trim() || nothing}`,
        "fleet run foreground",
      );
    }
    await sleep(POLL);
  }
}

/** A Node that is refused its threads would hang before it could say so. */
async function demandRoom(): Promise<void> {
  if (await hasRoom(NODE_PLACES)) return;
  throw new CommandError(
    `the supervisor was not started: it needs ${NODE_PLACES} more processes and threads, and the system refuses them`,
    "end some of its processes, or raise the limit (ulimit -u, a container's pids limit); then: fleet run start",
  );
}

export async function stop(fleet: Fleet, { waiting, isInterrupted }: Stopping): Promise<Stopped> {
  const { home, world } = fleet;
  const now = running(home, "stop");
  if (now === undefined) return { kind: "not-running", left: leftBehind(home) };
  const { pid } = now;
  const checked = readConfig(home);
  const { shutdown_grace: grace, kill_grace: killing } = checked.ok ? checked.config : {};
  const patience = (grace ?? STOP_PATIENCE) + (killing ?? 0) + STOP_PATIENCE;
  const before = runningTasks(fleet);
  // The word first: a signal alone says nothing of who sent it.
  askToStop(home, now, (await identity(world, undefined, false)).actor);
  process.kill(pid, "SIGTERM");
  if (before.length > 0) waiting(before, grace);
  const isGone = await waitedFor(() => isInterrupted() || hasLeft(now, home), patience);
  if (isInterrupted()) return { kind: "interrupted", pid };
  if (!isGone)
    throw new CommandError(
      `supervisor ${pid} is still there after ${patience / 1000} s`,
      `fleet log; fleet run stop again stops at once; kill -9 ${pid}`,
    );
  // Nothing is left running, itself included.
  if (!(await waitedFor(() => !isAliveStill(now), EXIT_PATIENCE)))
    throw new CommandError(`supervisor ${pid} has stopped but does not end`, `kill -9 ${pid}`);
  return { kind: "stopped", pid, left: leftBehind(home), back: before.filter((id) => isBack(fleet, id)) };
}

/** Open again, and not being worked on. */
function isBack({ store }: Fleet, id: string): boolean {
  const issue = store.snapshot().issue(id);
  return issue?.status === "open" && heldBy(issue) === undefined;
}

export async function restart(fleet: Fleet): Promise<Restarted> {
  const { home } = fleet;
  const now = running(home, "restart");
  if (now === undefined) return { ...(await start(fleet)), handedOver: null };
  // Before anything is given up: the next one would not start on it.
  const checked = readConfig(home);
  if (!checked.ok) throw badConfig(home, checked.problems);
  await demandRoom();
  process.kill(now.pid, "SIGUSR2");
  if (!(await waitedFor(() => hasLeft(now, home), START_PATIENCE)))
    throw new CommandError(`supervisor ${now.pid} did not hand over`, "fleet log");
  const handedOver = runningTasks(fleet).length;
  return { ...(await start(fleet)), handedOver };
}

function hasLeft(record: LeaderRecord, home: string): boolean {
  const now = leaderOf(home);
  return now.kind === "none" || now.record.process !== record.process;
}

async function waitedFor(isSo: () => boolean, patience: number): Promise<boolean> {
  const clock = systemClock();
  const deadline = clock.monotonic() + patience;
  while (!isSo()) {
    if (clock.monotonic() > deadline) return false;
    await sleep(POLL);
  }
  return true;
}
