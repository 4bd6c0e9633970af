/** `fleet run`: starts, stops, restarts the supervisor or runs it in the foreground (supervisor.ts); `status` alone is done here. */
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { homeHere } from "../../app/open.ts";
import { statusOf } from "../../app/views/status.ts";
import { statusText } from "../screens/status-text.ts";
import { colours } from "../style.ts";
import { type Command, flag, json, text } from "./command.ts";

const ACTIONS = ["start", "stop", "restart", "status", "foreground"] as const;
type RunAction = (typeof ACTIONS)[number];
const isAction = (word: string): word is RunAction => ACTIONS.some((known) => known === word);

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
    ["fleet run foreground", "in this terminal; Ctrl-C waits for running tasks, twice stops them at once"],
    ["fleet run status", "exit code 3 when it is stopped"],
    ["fleet run start --force", "the container or machine where the last supervisor ran is gone for good"],
    ["fleet run restart", "hand running attempts over to a new supervisor; nothing is interrupted"],
  ],
  run: async (io, args) => {
    const action = text(args, "action") ?? "";
    if (!isAction(action))
      throw new CommandError(`fleet run ${action}: unknown`, `fleet run ${ACTIONS.join("|")}`, EXIT.usage);
    const asJson = flag(args, "json");
    const { home, isThere } = homeHere(io);
    if (!isThere && (action === "status" || action === "stop")) return nothingThere(io, home, action, asJson);
    if (action === "status") return await status(io, home, asJson);
    const { supervise } = await import("./supervisor.ts");
    return await supervise(io, action, { asJson, isForced: flag(args, "force") });
  },
};

/** `status` and `stop` must not create a home. */
function nothingThere(io: Io, home: string, action: "status" | "stop", asJson: boolean): number {
  const line =
    action === "status" ? `stopped  there is no fleet home at ${home} yet: fleet init` : "Supervisor is not running.";
  const value = { home, running: false, ...(action === "stop" ? { stopped: false } : {}) };
  io.out(asJson ? json(value) : `${line}\n`);
  return action === "status" ? EXIT.stopped : EXIT.ok;
}

async function status(io: Io, home: string, asJson: boolean): Promise<number> {
  const report = await statusOf(home);
  io.out(asJson ? json(report) : statusText(report, colours(io), io.now(), terminalWidth(io)));
  if (report.elsewhere !== undefined) return EXIT.failed;
  return report.running ? EXIT.ok : EXIT.stopped;
}
