/** `fleet run start`, `stop`, `restart`, `foreground`. */
import { duration } from "@fleet/kit/duration";
import { counted } from "@fleet/kit/figures";
import { printableJson } from "@fleet/kit/printable";
import { terminalWidth } from "@fleet/kit/width";

import { choiceText } from "../../app/choose-coder.ts";
import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Fleet, foundFleet } from "../../app/open.ts";
import { foreground } from "../../app/operations/foreground.ts";
import { forgetPlace, restart, type Restarted, start, stop } from "../../app/operations/supervise.ts";
import { leftText } from "../../app/views/left-behind.ts";
import { ActivityLines } from "../activity.ts";
import { colours } from "../style.ts";
import { json } from "./command.ts";

interface Asked {
  readonly asJson: boolean;
  readonly isForced: boolean;
}

/** The exit code. */
export async function supervise(
  io: Io,
  action: "start" | "stop" | "restart" | "foreground",
  { asJson, isForced }: Asked,
): Promise<number> {
  const fleet = await fleetForRun(io);
  switch (action) {
    case "start":
      return await startIt(io, fleet, asJson, isForced);
    case "stop":
      return await stopIt(io, fleet, asJson);
    case "restart":
      return sayStarted(io, await restart(fleet), asJson);
    case "foreground":
      return await here(io, fleet.home, asJson);
  }
}

async function fleetForRun(io: Io): Promise<Fleet> {
  const { fleet, made } = await foundFleet(io);
  if (made !== undefined) io.err(`Created the home ${fleet.home}.\n${choiceText(made)}\n`);
  return fleet;
}

function answer(io: Io, asJson: boolean, line: string, value: Record<string, unknown>): number {
  io.out(asJson ? json(value) : `${line}\n`);
  return EXIT.ok;
}

async function startIt(io: Io, fleet: Fleet, asJson: boolean, isForced: boolean): Promise<number> {
  const place = isForced ? forgetPlace(fleet) : undefined;
  if (place !== undefined)
    io.err(`Taken for gone: ${place}. If it still is somewhere and works on this home, its tasks are done twice.\n`);
  return sayStarted(io, { ...(await start(fleet)), handedOver: null }, asJson);
}

function sayStarted(io: Io, { started, pid, mode, handedOver }: Restarted, asJson: boolean): number {
  const line = started
    ? `Supervisor ${handedOver === null ? "started" : "restarted"} (pid ${pid})${handedText(handedOver)}. Watch it: fleet tasks; fleet log -f`
    : `Supervisor is already running (pid ${pid}).`;
  return answer(io, asJson, mode === undefined ? line : `${line}\n${mode}`, { running: true, started, pid });
}

const handedText = (count: number | null): string =>
  count === null || count === 0 ? "" : `; ${counted(count, "running attempt")} handed over`;

async function stopIt(io: Io, fleet: Fleet, asJson: boolean): Promise<number> {
  let isInterrupted = false;
  io.onInterrupt?.(["SIGINT"], () => (isInterrupted = true));
  const end = await stop(fleet, {
    waiting: (running, grace) => {
      const most = grace === undefined ? "" : `, ${duration(grace)} at most`;
      if (!asJson)
        io.err(`Waiting for ${counted(running.length, "running attempt")} to end${most}: ${running.join(" ")}\n`);
    },
    isInterrupted: () => isInterrupted,
  });
  switch (end.kind) {
    case "not-running":
      return answer(io, asJson, `Supervisor is not running.${leftText(end.left)}`, { running: false, stopped: false });
    case "interrupted":
      io.err("Stopped waiting. The supervisor still stops: fleet run status\n");
      return EXIT.interrupted;
    case "stopped": {
      const left = leftText(end.left);
      const back = end.back.length === 0 ? "" : ` Interrupted, and back in the queue: ${end.back.join(" ")}`;
      const line = left === "" ? `Supervisor stopped; no processes left.${back}` : `Supervisor stopped.${left}`;
      return answer(io, asJson, line, { running: false, stopped: true, pid: end.pid });
    }
  }
}

async function here(io: Io, home: string, asJson: boolean): Promise<number> {
  const lines = new ActivityLines(colours(io), terminalWidth(io), io.now());
  return await foreground(io, home, {
    event: (event) => io.out(asJson ? `${printableJson(JSON.stringify(event))}\n` : lines.of(event, io.now())),
    interrupted: (times) =>
      io.err(
        times === 1 ? "Waiting for running tasks to end; Ctrl-C again stops them now …\n" : "Stopping them now.\n",
      ),
  });
}
