/** fleet's own commands: yargs shows and checks their options, one file each does the work. */
import yargs from "yargs";

import { COMMANDS } from "./commands/index.ts";
import { CommandError, EXIT } from "./errors.ts";
import type { Io } from "./io.ts";
import { VERSION } from "./version.ts";
import { marked, unmarked } from "./words.ts";

export async function runFleet(argv: readonly string[], io: Io): Promise<number> {
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
    .wrap(Math.min(110, 100))
    .epilogue(
      "`fleet bd …` is `bd …`: fleet bd --help lists its verbs. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running, 4 no answer.",
    );
  for (const command of COMMANDS) {
    parser.command({
      command: [...command.usage],
      describe: command.internal === true ? false : command.summary,
      builder: (y) => {
        for (const [line, what] of command.examples) y.example(line, what);
        return y.options({ ...command.options, json: { type: "boolean", describe: "print JSON" } });
      },
      handler: async (args) => {
        exitCode = await command.run(io, command.takesWords === true ? unmarked(args) : args);
      },
    });
  }
  parser.demandCommand(1, "");
  let failure: unknown;
  const wordy = COMMANDS.find(({ usage, takesWords }) => takesWords === true && usage[0]?.split(" ")[0] === argv[0]);
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
  const usage = COMMANDS.flatMap((command) => command.usage).find((line) => line.split(" ")[0] === argv[0]);
  const known = usage !== undefined;
  const lines = shown.split("\n").filter((line) => line.trim() !== "");
  const said = lines.join("; ").replace(/^Not enough non-option arguments.*/, `it takes more: fleet ${usage ?? ""}`);
  const meant = /^Did you mean (\S+)\?/.exec(said)?.[1];
  const unknown = `unknown command ${JSON.stringify(argv[0])}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  throw new CommandError(known ? said : unknown, known ? `fleet ${argv[0]} --help` : "fleet --help", EXIT.usage);
}
