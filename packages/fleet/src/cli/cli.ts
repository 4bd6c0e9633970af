/** fleet's own commands: finds one in the table, decodes its arguments, runs it. */
import { canDraw } from "../app/can-draw.ts";
import { CommandError, EXIT } from "../app/errors.ts";
import type { Io } from "../app/io.ts";
import { commonOf, parseArguments } from "./arguments.ts";
import type { Args, Command } from "./commands/command.ts";
import { COMMANDS, nameOf } from "./commands/index.ts";

/** Commands reserved for people fail inside an attempt, and say what to do instead. */
async function refuseInside(name: string, { forPerson }: Command, args: Args, io: Io): Promise<void> {
  if (forPerson?.(args) !== true) return;
  const { homeHere, refuse } = await import("../app/open.ts");
  const words = ["fleet", name, args["action"]].filter((word) => typeof word === "string").join(" ");
  await refuse(io, homeHere(io).home, { kind: "command", words });
}

/** `fleet` (on a terminal, with a home: `fleet top`), `fleet help`, `fleet help TOPIC`, `fleet --version`. */
async function withoutCommand(io: Io, argv: readonly string[]): Promise<number> {
  const [first, topic] = argv;
  if (first === "--version" || first === "-V" || first === "-v" || first === "version") {
    const { VERSION } = await import("../app/installed.ts");
    io.out(`${VERSION}\n`);
    return EXIT.ok;
  }
  if (topic !== undefined) {
    const { topicText } = await import("./topics.ts");
    const text = await topicText(topic);
    if (text === undefined) return await unknown(topic, []);
    io.out(text);
    return EXIT.ok;
  }
  if (first === undefined && (await hasSeat(io))) {
    const { top } = await import("./commands/top.ts");
    return await top.run(io, {});
  }
  const { overview } = await import("./help.ts");
  io.out(overview());
  return EXIT.ok;
}

/** On a terminal, with an existing home. */
async function hasSeat(io: Io): Promise<boolean> {
  if (!canDraw(io)) return false;
  const { homeHere } = await import("../app/open.ts");
  return homeHere(io).isThere;
}

const ASKS = new Set([undefined, "help", "--help", "-h", "version", "--version", "-V", "-v"]);

/** `words`: what was typed behind it. */
async function unknown(word: string, words: readonly string[]): Promise<never> {
  const [{ meant }, { viewLine, VIEW_WORDS }] = await Promise.all([import("./words.ts"), import("./task-views.ts")]);
  const what = word.startsWith("-") ? `unknown option ${word}` : `unknown command ${JSON.stringify(word)}`;
  const view = VIEW_WORDS.get(word);
  if (view !== undefined) throw new CommandError(what, viewLine(view, words), EXIT.usage);
  const close = meant(word, words);
  throw new CommandError(
    close.length === 0 ? what : `${what}; did you mean ${close.join(" or ")}?`,
    close[0] === undefined ? "fleet --help" : `fleet ${close[0]} --help`,
    EXIT.usage,
  );
}

export async function runFleet(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || ASKS.has(name)) return await withoutCommand(io, argv);
  const entry = COMMANDS.find((each) => nameOf(each) === name);
  if (entry === undefined) return await unknown(name, rest);
  const command = await entry.load();
  const parsed = parseArguments(entry.usage, command.options, rest, commonOf(command));
  switch (parsed.kind) {
    case "help": {
      const { page } = await import("./help.ts");
      io.out(page(entry, command));
      return EXIT.ok;
    }
    case "misuse":
      throw new CommandError(parsed.message, `fleet ${name} --help`, EXIT.usage);
    case "args":
      await refuseInside(name, command, parsed.args, io);
      return await command.run(io, parsed.args);
  }
}
