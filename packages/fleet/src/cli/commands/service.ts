/**
 * `fleet service`: a systemd user unit or a launchd agent that keeps the supervisor running. Only that one file is written;
 * enabling it is a command that is printed, for a person to run. A restart of the service leaves the children alive:
 * KillMode=process, AbandonProcessGroup.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { CommandError, EXIT } from "../../app/errors.ts";
import { readText } from "@fleet/kit/read";
import { removeFile, replaceFile } from "@fleet/kit/files";
import type { Io } from "../../app/io.ts";
import { openFleet } from "../../app/open.ts";
import { selfCommand } from "../../app/installed.ts";
import { type Service, serviceFor } from "../../app/service-file.ts";
import { type Command, flag, json, text } from "./command.ts";

const ACTIONS = ["install", "remove", "status"] as const;
const isAction = (word: string): word is (typeof ACTIONS)[number] => ACTIONS.some((known) => known === word);

export const service: Command = {
  choices: { action: ACTIONS },
  forPerson: (args) => text(args, "action") !== "status",
  options: { print: { type: "boolean", describe: "only show the file" } },
  examples: [
    ["fleet service install", "write the unit, and say what enables it"],
    ["fleet service install --print", "look at it first"],
  ],
  run: async (io, args) => {
    const action = text(args, "action") ?? "";
    if (!isAction(action))
      throw new CommandError(`fleet service ${action}: unknown`, `fleet service ${ACTIONS.join("|")}`, EXIT.usage);
    const made = describe(io, openFleet(io).home);
    if (flag(args, "print")) {
      io.out(made.text);
      return EXIT.ok;
    }
    const say = (line: string, then: readonly string[]): void =>
      io.out(
        flag(args, "json")
          ? json({ path: made.path, state: stateOf(made), commands: then })
          : `${[line, ...then.map((one) => `  ${one}`)].join("\n")}\n`,
      );
    switch (action) {
      case "install": {
        if (stateOf(made) !== "installed") replaceFile(made.path, made.text);
        say(`${made.path} is written. Nothing is started yet; to enable it:`, made.enable);
        return EXIT.ok;
      }
      case "remove": {
        if (!existsSync(made.path)) {
          say(`${made.path} is not there.`, []);
          return EXIT.ok;
        }
        removeFile(made.path);
        say(`${made.path} is removed. If it was enabled:`, made.disable);
        return EXIT.ok;
      }
      case "status": {
        const state = stateOf(made);
        say(`${made.path}: ${state}`, state === "installed" ? made.look : ["fleet service install"]);
        return state === "missing" ? EXIT.stopped : EXIT.ok;
      }
    }
  },
};

function describe(io: Io, home: string): Service {
  const user = io.env["HOME"] ?? homedir();
  const made = serviceFor(process.platform, {
    user,
    config: io.env["XDG_CONFIG_HOME"] ?? join(user, ".config"),
    home,
    isDefaultHome: home === join(user, ".fleet"),
    command: selfCommand(),
    path: io.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
  });
  if (made === undefined) throw new CommandError(`fleet knows no services on ${process.platform}`, "fleet run start");
  return made;
}

/** changed: by hand, or written by another version or another installation of fleet. */
function stateOf({ path, text: wanted }: Service): "missing" | "installed" | "changed" {
  const there = readText(path);
  if (there === undefined) return "missing";
  return there === wanted ? "installed" : "changed";
}
