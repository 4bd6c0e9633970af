/** fleet's own commands: yargs shows and checks their options, one file each does the work. */
import yargs from "yargs";

import type { Args, Command } from "./commands/command.ts";
import { COMMANDS, nameOf } from "./commands/index.ts";
import { homePath } from "@fleet/store/home";
import { mayQueue } from "@fleet/store/inside";

import { whoHere } from "../app/acting.ts";
import { CommandError, EXIT } from "../app/errors.ts";
import type { Io } from "../app/io.ts";
import { VERSION } from "../program/version.ts";
import { marked, unmarked } from "./words.ts";

/** An agent asks; what it asked, and what it did not, is decided by the person it works for. */
async function refuseInside(name: string, { forPerson }: Command, args: Args, io: Io): Promise<void> {
  if (forPerson?.(args) !== true) return;
  const words = ["fleet", name, args["action"]].filter((word) => typeof word === "string").join(" ");
  const answer = mayQueue(await whoHere(io, homePath(io.env, io.cwd)), { kind: "command", words });
  if (answer.kind === "refused") throw new CommandError(answer.why, answer.mend);
}

export async function runFleet(argv: readonly string[], io: Io): Promise<number> {
  const [first = ""] = argv;
  const named = COMMANDS.find((entry) => nameOf(entry) === first);
  const known = named !== undefined;
  // Asked for help with a command that there is not, yargs shows its help on all: it is to be refused, with what was meant.
  if (/^\w/.test(first) && first !== "help" && !known && argv.length > 1) return await runFleet([first], io);
  let exitCode: number = EXIT.ok;
  let shown = "";
  const parser = yargs()
    .scriptName("fleet")
    .usage("fleet: a queue of tasks in git, and a supervisor that has coding agents do them.\n\n$0 <command>")
    .version(VERSION)
    .help()
    .alias("h", "help")
    .strict()
    .recommendCommands()
    .showHelpOnFail(false)
    .exitProcess(false)
    .wrap(100)
    .epilogue(
      "`fleet bd …` is `bd …`: fleet bd --help lists its verbs. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running, 4 no answer.",
    );
  let wordy: Command | undefined;
  for (const entry of COMMANDS) {
    const { usage, summary, internal } = entry;
    const [name, describe] = [nameOf(entry), internal === true ? (false as const) : summary];
    // yargs comes to no command that was not named: of those it shows a line.
    if (!argv.includes(name)) {
      parser.command({ command: usage, describe, handler: () => {} });
      continue;
    }
    const command = await entry.load();
    if (entry === named && command.takesWords === true) wordy = command;
    parser.command({
      command: usage,
      describe,
      builder: (y) => {
        for (const [line, what] of command.examples) y.example(line, what);
        return y.options({ ...command.options, json: { type: "boolean", describe: "print JSON" } });
      },
      handler: async (args) => {
        await refuseInside(name, command, args, io);
        exitCode = await command.run(io, command.takesWords === true ? unmarked(args) : args);
      },
    });
  }
  parser.demandCommand(1, "");
  let failure: unknown;
  await parser.parseAsync(wordy === undefined ? [...argv] : marked(argv, wordy.options), {}, (error, _argv, output) => {
    failure = error;
    shown = output;
  });
  if (failure instanceof Error && failure.name !== "YError") throw failure;
  if (argv.length === 0) {
    parser.showHelp((help) => io.out(`${help}\n`));
    return EXIT.ok;
  }
  if (failure === undefined || failure === null) {
    if (shown !== "") io.out(`${shown}\n`);
    return exitCode;
  }
  const lines = shown.split("\n").filter((line) => line.trim() !== "");
  const said = lines
    .join("; ")
    .replace(/^Not enough non-option arguments.*/, `it takes more: fleet ${named?.usage ?? ""}`);
  const meant = /^Did you mean (\S+)\?/.exec(said)?.[1];
  const unknown = `unknown command ${JSON.stringify(argv[0])}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  throw new CommandError(known ? said : unknown, known ? `fleet ${argv[0]} --help` : "fleet --help", EXIT.usage);
}
