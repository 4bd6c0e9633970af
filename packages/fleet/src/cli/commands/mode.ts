/** `fleet pause`, `drain`, `resume`. */
import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import {
  drain as drainFleet,
  type Drained,
  type Lifted,
  pause as pauseFleet,
  type Paused,
  resume as resumeFleet,
  type Resumed,
} from "../../app/operations/mode.ts";
import { heldText } from "../../app/words.ts";
import { type Command, flag, json, text } from "./command.ts";

export const pause: Command = {
  options: {},
  examples: [
    ["fleet pause", "until fleet resume"],
    ["fleet pause work", "this account only (fleet accounts lists them)"],
  ],
  run: async (io, args) => {
    const account = text(args, "account");
    const done = await pauseFleet(openFleet(io), account);
    io.out(flag(args, "json") ? json(done) : pausedText(done, account ?? ""));
    return EXIT.ok;
  },
};

const pausedText = ({ accounts, running }: Paused, named: string): string =>
  accounts === null
    ? `Paused: nothing new is claimed, ${running.length} still running. Resume with: fleet resume\n`
    : `Paused ${accounts.join(", ")}: nothing new starts there, running attempts continue. Resume with: fleet resume ${named}\n`;

export const resume: Command = {
  options: {},
  examples: [
    ["fleet resume", "also after a coder was signed in again, or installed"],
    ["fleet resume work", "what is held under this name: an account, a coder, a directory"],
  ],
  run: async (io, args) => {
    const done = await resumeFleet(openFleet(io), text(args, "held"));
    io.out(flag(args, "json") ? json(done) : resumedText(done));
    return EXIT.ok;
  },
};

function resumedText({ mode, name, lifted, supervised }: Resumed): string {
  const resumed = lifted.length === 0 ? "" : `Resumed: ${liftedText(lifted)}`;
  if (name === null) {
    const more = resumed === "" ? "" : ` ${resumed}`;
    return `Running: ready tasks are claimed.${more}${supervised ? "" : " No supervisor is running: fleet run start"}\n`;
  }
  const still = mode === "running" ? "" : ` The fleet itself is still ${mode}: fleet resume`;
  return `${resumed === "" ? `${name} was not held.` : resumed}${still}\n`;
}

const DAILY = " A daily limit that is still reached holds it again: raise it (fleet accounts).";
const liftedText = (things: readonly Lifted[]): string =>
  `${things.map(heldText).join(", ")}.${things.some(({ daily }) => daily) ? DAILY : ""}`;

export const drain: Command = {
  options: {},
  examples: [["fleet drain", "before an upgrade or a shutdown"]],
  run: async (io, args) => {
    let isInterrupted = false;
    io.onInterrupt?.(["SIGINT", "SIGTERM"], () => (isInterrupted = true));
    const end = await drainFleet(openFleet(io), {
      left: (running) => io.err(`Waiting for ${running.length}: ${running.join(" ")}\n`),
      interrupted: () => isInterrupted,
    });
    const [said, exit] = drainedText(end);
    if (end.kind !== "drained") io.err(said);
    else io.out(flag(args, "json") ? json({ mode: "draining", running: [] }) : said);
    return exit;
  },
};

function drainedText({ kind }: Drained): readonly [text: string, exit: number] {
  switch (kind) {
    case "drained":
      return ["Drained: nothing runs. Resume with: fleet resume\n", EXIT.ok];
    case "interrupted":
      return ["Stopped waiting. Still draining: nothing new starts until `fleet resume`\n", EXIT.interrupted];
    case "unsupervised":
      return ["No supervisor is running, so nothing will end these tasks: fleet run start\n", EXIT.failed];
  }
}
