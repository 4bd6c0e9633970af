/** The supervisor in this very process, until it is stopped or hands over. */
import { nameProcess } from "@fleet/kit/process/title";
import { signalNumber } from "@fleet/kit/process/signals";
import { localTimes } from "@fleet/kit/when";

import type { Handover } from "../../engine/core/stopping.ts";
import { type LoopEnd, superviseHome } from "../../engine/shell/loop/loop.ts";
import { VERSION } from "../../program/version.ts";
import { ConfigWatch } from "../../settings/file.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { makeContext } from "../make-context.ts";
import { activityEvent, type ActivityEvent } from "../views/activity.ts";
import { badConfig, elsewhere } from "./supervise.ts";

export interface Watching {
  readonly event: (event: ActivityEvent) => void;
  /** A person asked it to stop, for this many times. */
  readonly interrupted: (times: number) => void;
}

/** How its process is to end. */
export async function foreground(
  io: Pick<Io, "env" | "isTerminal" | "onInterrupt" | "now">,
  home: string,
  { event, interrupted: told }: Watching,
): Promise<number> {
  // `pkill node` is aimed at some other server.
  nameProcess("fleet supervisor");
  const watch = new ConfigWatch(home);
  const context = makeContext(
    io,
    home,
    () => watch.config,
    (entry) => event(activityEvent(entry)),
  );
  let interrupts = 0;
  let handover: Handover | undefined;
  let last: NodeJS.Signals | undefined;
  let waking = new AbortController();
  const wake = (): void => {
    waking.abort();
    waking = new AbortController();
  };
  const { stdin, stdout, stderr } = io.isTerminal;
  const isAtTerminal = stdin || stdout || stderr;
  // Ctrl-C is a person's. Without PID 1 nothing of its container lives on, so there is nobody to hand over to.
  const isPersons = (signal: NodeJS.Signals): boolean =>
    (signal === "SIGINT" && isAtTerminal) || (signal !== "SIGHUP" && process.pid === 1);
  io.onInterrupt?.(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"], (signal) => {
    last = signal;
    if (isPersons(signal)) told(++interrupts);
    // `run stop` has left its word, which the loop finds; a terminal that went away and anybody's `pkill` have not.
    else handover ??= { kind: "signal", signal };
    wake();
  });
  io.onInterrupt?.(["SIGUSR2"], () => {
    handover = { kind: "asked" };
    wake();
  });
  const controls = { interrupts: () => interrupts, handover: () => handover, woken: () => waking.signal };
  const end = await superviseHome(context, watch, controls, VERSION);
  return exitOf(end, home, { now: io.now(), signal: interrupts > 0 ? last : undefined });
}

/** `signal`: the last by which a person stopped it. */
function exitOf(
  end: LoopEnd,
  home: string,
  { now, signal }: { readonly now: number; readonly signal: NodeJS.Signals | undefined },
): number {
  switch (end.kind) {
    case "refused": {
      const { other } = end;
      if (other.kind === "unknown") throw elsewhere(home, other, "stop");
      throw new CommandError(
        `a supervisor for ${home} is already running: pid ${other.record.pid}, since ${localTimes(other.record.since, now)}`,
        "fleet run status",
      );
    }
    case "unsettled":
      throw badConfig(home, end.problems);
    case "short":
      throw new CommandError(end.text, "ulimit -n 1024; fleet run start");
    case "homeless":
      throw new CommandError(`the home ${home} is gone; its running attempts are stopped`);
    case "stopped":
      return signal === "SIGTERM" ? EXIT.signalled + signalNumber(signal) : EXIT.ok;
    case "handed-over":
      // Not 0, so that a service manager starts the next one, which adopts what runs.
      return end.why.kind === "asked" ? EXIT.ok : EXIT.signalled + signalNumber(end.why.signal);
  }
}
