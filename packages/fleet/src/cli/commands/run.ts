/** `fleet run`: the supervisor as a process. */
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errno } from "@fleet/kit/errors";
import { startDetached } from "@fleet/kit/process/detached";
import { signalNumber } from "@fleet/kit/process/signals";
import { nameProcess } from "@fleet/kit/process/title";
import { ensureDir, removeFile } from "@fleet/kit/files";
import { homeExists, homePath } from "@fleet/store/home";

import { systemClock } from "@fleet/kit/clock";
import { localTimes } from "@fleet/kit/when";
import { terminalWidth } from "@fleet/kit/width";
import { configPath, ConfigWatch, readConfig } from "../../settings/file.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { readText } from "@fleet/kit/read";
import type { Io } from "../../app/io.ts";
import { whereabouts } from "@fleet/kit/process/id";
import { printableJson } from "@fleet/kit/printable";
import { selfCommand } from "../../program/self.ts";
import { colours } from "../style.ts";
import { ActivityLines } from "../activity.ts";
import type { JournalEntry } from "../../engine/shell/state/journal.ts";
import { activityEvent } from "../../app/views/activity.ts";
import { leftBehind, leftText } from "../../app/views/left-behind.ts";
import { declareGone } from "../../engine/shell/state/gone-places.ts";
import {
  isAliveStill,
  type Leader,
  leaderOf,
  type LeaderRecord,
  placeOf,
  unreachable,
} from "../../engine/shell/state/leader.ts";
import { type Handover, superviseHome } from "../../engine/shell/loop/loop.ts";
import { askToStop } from "../../engine/shell/state/stop-word.ts";
import { choiceText } from "../../app/choose-coder.ts";
import { identity } from "../../app/identity.ts";
import { supervisorEnvironment } from "../../app/supervisor-environment.ts";
import { foundFleet } from "../../app/open.ts";
import { makeContext } from "../../app/make-context.ts";
import { VERSION } from "../../program/version.ts";
import { modeText } from "../../engine/shell/state/mode-file.ts";
import { type Command, flag, json, text } from "./command.ts";
import { statusOf } from "../../app/views/status.ts";
import { statusText } from "../screens/status-text.ts";

const ACTIONS = ["start", "stop", "restart", "status", "foreground"] as const;
type RunAction = (typeof ACTIONS)[number];
const isAction = (word: string): word is RunAction => ACTIONS.some((known) => known === word);

const POLL = 50;
const START_PATIENCE = 15_000;
/** From the end of a supervisor's work to that of its process. */
const EXIT_PATIENCE = 15_000;

export const run: Command = {
  choices: { action: ACTIONS },
  forPerson: (args) => text(args, "action") !== "status",
  options: {
    force: {
      type: "boolean",
      describe: "start: although a supervisor elsewhere may run: that container or machine is gone for good",
    },
  },
  examples: [
    ["fleet run start", "in the background; a second start does nothing"],
    ["fleet run foreground", "here, with progress lines; Ctrl-C waits for what runs, twice stops at once"],
    ["fleet run status", "exit code 3 when it is stopped"],
    ["fleet run start --force", "the container or machine where the last supervisor ran is gone for good"],
    ["fleet run restart", "hands what runs over to a new supervisor, nothing is interrupted"],
  ],
  run: async (io, args) => {
    const action = text(args, "action") ?? "";
    if (!isAction(action))
      throw new CommandError(`fleet run ${action}: unknown`, `fleet run ${ACTIONS.join("|")}`, EXIT.usage);
    const asJson = flag(args, "json");
    const place = homePath(io.env, io.cwd);
    if (!homeExists(place) && (action === "status" || action === "stop"))
      return nothingThere(io, place, action, asJson);
    const home = await homeForRun(io);
    switch (action) {
      case "start":
        if (flag(args, "force")) forgetPlace(io, home);
        return await start(io, home, asJson);
      case "stop":
        return await stop(io, home, asJson);
      case "restart":
        return await restart(io, home, asJson);
      case "status":
        return status(io, home, asJson);
      case "foreground":
        return await foreground(io, home, asJson);
    }
  },
};

/** Asking makes no home. */
function nothingThere(io: Io, home: string, action: "status" | "stop", asJson: boolean): number {
  const line =
    action === "status"
      ? `stopped  there is no fleet home at ${home} yet: fleet init`
      : "The supervisor is not running.";
  answer(io, asJson, line, { home, running: false, ...(action === "stop" ? { stopped: false } : {}) });
  return action === "status" ? EXIT.stopped : EXIT.ok;
}

async function homeForRun(io: Io): Promise<string> {
  const { fleet, made } = await foundFleet(io);
  if (made !== undefined) io.err(`Created the home ${fleet.home}.\n${choiceText(made)}\n`);
  return fleet.home;
}

function answer(io: Io, asJson: boolean, line: string, value: Record<string, unknown>): number {
  io.out(asJson ? json(value) : `${line}\n`);
  return EXIT.ok;
}

/** A supervisor that can't be reached, in words and with the ways on. `verb`: what is to be done where it runs. */
const elsewhere = (home: string, other: Extract<Leader, { kind: "unknown" }>, verb: string): CommandError =>
  new CommandError(
    `a supervisor for ${home} may run where it can't be seen from here: ${unreachable(other)}`,
    `fleet run ${verb} there; only if that place is gone for good: fleet run start --force`,
  );

/** A person says that the place of the supervisor that can't be reached is gone: it and what it ran count as dead. */
function forgetPlace(io: Io, home: string): void {
  const other = leaderOf(home);
  if (other.kind !== "unknown") return;
  // Of this very place a command could not be sure either: /proc hides the answer, and a person can mend that.
  if (whereabouts(placeOf(other.record)) === "here")
    throw new CommandError(
      `process ${other.record.pid} is there, and nobody can say whether it is the supervisor`,
      `kill ${other.record.pid}, if it is`,
    );
  declareGone(home, placeOf(other.record), io.now());
  io.err(
    `Taken for gone: ${other.where}. If it still is somewhere and works on this home, its tasks are done twice.\n`,
  );
}

/** The supervisor that runs here; refused where one may run that can't be reached. */
function running(home: string, verb: string): LeaderRecord | undefined {
  const now = leaderOf(home);
  if (now.kind === "unknown") throw elsewhere(home, now, verb);
  return now.kind === "here" ? now.record : undefined;
}

async function start(io: Io, home: string, asJson: boolean): Promise<number> {
  const clock = systemClock();
  const before = running(home, "stop");
  if (before !== undefined)
    return answer(io, asJson, `The supervisor runs already (pid ${before.pid}).`, {
      running: true,
      started: false,
      pid: before.pid,
    });
  const checked = readConfig(home);
  if (!checked.ok) throw badConfig(home, checked.problems);
  const outPath = join(home, "run", "supervisor.out");
  const [node = "node", script = ""] = selfCommand();
  ensureDir(dirname(outPath), 0o700);
  removeFile(outPath);
  const started = await startDetached({
    file: node,
    args: [script, "run", "foreground"],
    cwd: home,
    env: { ...supervisorEnvironment(io.env), FLEET_HOME: home },
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
      const now = led.record;
      const mode = modeText(home, io.now());
      const line = `The supervisor runs (pid ${now.pid}). Watch it: fleet tasks; fleet log -f`;
      return answer(io, asJson, mode === undefined ? line : `${line}\n${mode}`, {
        running: true,
        started: now.pid === started.pid,
        pid: now.pid,
      });
    }
    if (started.hasEnded() || clock.monotonic() > deadline) {
      throw new CommandError(
        `the supervisor did not start: ${(readText(outPath) ?? "").trim() || "it said nothing"}`,
        "fleet run foreground",
      );
    }
    await sleep(POLL);
  }
}

/** Where the supervisor says why it did not start. */
const badConfig = (home: string, problems: readonly string[]): CommandError =>
  new CommandError(`config.yaml is invalid: ${problems.join("; ")}`, `edit ${configPath(home)}`);

const gone = async (record: LeaderRecord, home: string, patience: number): Promise<boolean> =>
  await waitedFor(() => {
    const now = leaderOf(home);
    return now.kind === "none" || now.record.process !== record.process;
  }, patience);

async function waitedFor(isSo: () => boolean, patience: number): Promise<boolean> {
  const clock = systemClock();
  const deadline = clock.monotonic() + patience;
  while (!isSo()) {
    if (clock.monotonic() > deadline) return false;
    await sleep(POLL);
  }
  return true;
}

async function stop(io: Io, home: string, asJson: boolean): Promise<number> {
  const now = running(home, "stop");
  if (now === undefined)
    return answer(io, asJson, `The supervisor is not running.${leftText(leftBehind(home))}`, {
      running: false,
      stopped: false,
    });
  const checked = readConfig(home);
  const patience = checked.ok ? checked.config.shutdown_grace + checked.config.kill_grace + 30_000 : 60_000;
  // The word first: a signal alone says nothing of who sent it.
  askToStop(home, now, (await identity(io, undefined, false)).actor);
  process.kill(now.pid, "SIGTERM");
  if (!asJson && io.isTerminal.stderr) io.err("Waiting for what runs to end …\n");
  if (!(await gone(now, home, patience))) {
    throw new CommandError(
      `supervisor ${now.pid} is still there after ${patience / 1000} s`,
      `fleet log; fleet run stop again stops at once; kill -9 ${now.pid}`,
    );
  }
  // Nothing is left running, itself included.
  if (!(await waitedFor(() => !isAliveStill(now), EXIT_PATIENCE)))
    throw new CommandError(`supervisor ${now.pid} has stopped but does not end`, `kill -9 ${now.pid}`);
  const left = leftText(leftBehind(home));
  const line =
    left === "" ? "The supervisor is stopped; nothing of it is left running." : `The supervisor is gone.${left}`;
  return answer(io, asJson, line, {
    running: false,
    stopped: true,
    pid: now.pid,
  });
}

async function restart(io: Io, home: string, asJson: boolean): Promise<number> {
  const now = running(home, "restart");
  if (now !== undefined) {
    // Before anything is given up: the next one would not start on it.
    const checked = readConfig(home);
    if (!checked.ok) throw badConfig(home, checked.problems);
    process.kill(now.pid, "SIGUSR2");
    if (!(await gone(now, home, START_PATIENCE)))
      throw new CommandError(`supervisor ${now.pid} did not hand over`, "fleet log");
  }
  return await start(io, home, asJson);
}

function status(io: Io, home: string, asJson: boolean): number {
  const report = statusOf(home);
  io.out(asJson ? json(report) : statusText(report, colours(io), io.now(), terminalWidth(io)));
  if (report.elsewhere !== undefined) return EXIT.failed;
  return report.running ? EXIT.ok : EXIT.stopped;
}

async function foreground(io: Io, home: string, asJson: boolean): Promise<number> {
  // `pkill node` is for somebody else's server.
  nameProcess("fleet supervisor");
  const watch = new ConfigWatch(home);
  const lines = new ActivityLines(colours(io), terminalWidth(io), io.now());
  const show = (entry: JournalEntry): void => {
    const event = activityEvent(entry);
    io.out(asJson ? `${printableJson(JSON.stringify(event))}\n` : lines.of(event, io.now()));
  };
  const context = makeContext(io, home, () => watch.config, show);
  let interrupts = 0;
  let handover: Handover | undefined;
  let last: NodeJS.Signals | undefined;
  let waking = new AbortController();
  const wake = (): void => {
    waking.abort();
    waking = new AbortController();
  };
  const interrupted = (): void => {
    interrupts++;
    io.err(interrupts === 1 ? "Stopping: waiting for what runs (again to stop it now) …\n" : "Stopping now.\n");
    wake();
  };
  const { stdin, stdout, stderr } = io.isTerminal;
  const isAtTerminal = stdin || stdout || stderr;
  // Ctrl-C is a person's. Without PID 1 nothing of its container lives on, so there is nobody to hand over to.
  const isPersons = (signal: NodeJS.Signals): boolean =>
    (signal === "SIGINT" && isAtTerminal) || (signal !== "SIGHUP" && process.pid === 1);
  io.onInterrupt?.(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"], (signal) => {
    last = signal;
    if (isPersons(signal)) return interrupted();
    // `run stop` has left its word, which the loop finds; a terminal that went away and anybody's `pkill` have not.
    handover ??= { kind: "signal", signal };
    wake();
  });
  io.onInterrupt?.(["SIGUSR2"], () => {
    handover = { kind: "asked" };
    wake();
  });
  const end = await superviseHome(
    context,
    watch,
    { interrupts: () => interrupts, handover: () => handover, woken: () => waking.signal },
    VERSION,
  );
  switch (end.kind) {
    case "refused": {
      const { other } = end;
      if (other.kind === "unknown") throw elsewhere(home, other, "stop");
      throw new CommandError(
        `a supervisor for ${home} runs already: pid ${other.record.pid}, since ${localTimes(other.record.since, io.now())}`,
        "fleet run status",
      );
    }
    case "unsettled":
      throw badConfig(home, end.problems);
    case "short":
      throw new CommandError(end.text, "ulimit -n 1024; fleet run start");
    case "homeless":
      throw new CommandError(`the home ${home} is gone; what ran is stopped`);
    case "stopped":
      return interrupts > 0 && last === "SIGTERM" ? EXIT.signalled + signalNumber(last) : EXIT.ok;
    case "handed-over":
      // Not 0, so that a service manager starts the next one, which adopts what runs.
      return end.why.kind === "asked" ? EXIT.ok : EXIT.signalled + signalNumber(end.why.signal);
  }
}
