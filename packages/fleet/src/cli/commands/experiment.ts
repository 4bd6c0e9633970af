/** `fleet experiment`: one task given to several coders or models at once, for a person to compare and pick. */
import { CommandError, EXIT } from "../../app/errors.ts";
import { foundFleet } from "../../app/open.ts";
import { fromCwd } from "../../app/cwd.ts";
import { experiment as begin } from "../../app/operations/experiment.ts";
import { withModel } from "../attempt-words.ts";
import { type Args, type Command, flag, json, text, texts } from "./command.ts";

export const experiment: Command = {
  options: {
    description: { alias: "d", type: "string", describe: "what is to be done; to the coder shell, its script" },
    with: { type: "string", array: true, describe: "CODER or CODER:MODEL; repeatable" },
    repeat: { type: "number", describe: "how often each of them (default: 1)" },
    "max-cost": {
      type: "string",
      describe: "US dollars for all tasks together; each attempt gets an equal share of what is left",
    },
    check: { type: "string", array: true, describe: "command that must pass before one is done; repeatable" },
    allow: { type: "string", array: true, describe: "paths that may be changed, and no others; repeatable" },
    priority: { alias: "p", type: "number", describe: "0 to 4 (default: 2)" },
    cwd: { type: "string", describe: "directory to work in (default: the current one)" },
  },
  examples: [
    [
      'fleet experiment "Fix login" -d "…" --with claude:opus --with codex',
      "the same description and base, a clone each; nothing lands",
    ],
    ["fleet compare fleet-3f1", "their results, side by side"],
    ["fleet pick fleet-3f1.2", "this one continues, the others close"],
  ],
  run: async (io, args) => {
    const { fleet } = await foundFleet(io);
    const title = text(args, "title") ?? "";
    const repeat = count(args, "repeat", 1, 1, 20);
    const made = await begin(fleet, {
      title,
      description: text(args, "description") ?? title,
      cwd: fromCwd(io, text(args, "cwd")),
      priority: count(args, "priority", 2, 0, 4),
      with: texts(args, "with"),
      repeat,
      maxCost: costIn(args),
      checks: texts(args, "check"),
      allow: texts(args, "allow"),
    });
    if (flag(args, "json")) io.out(json(made));
    else {
      const lines = made.tasks.map(({ id, coder, model }) => `  ${id}  ${withModel(coder, model)}\n`);
      io.out(`${made.id}  ${made.title}, each from ${made.base.slice(0, 10)}:\n${lines.join("")}`);
      io.out(`To compare them: fleet compare ${made.id}\n`);
    }
    return EXIT.ok;
  },
};

function count(args: Args, name: string, usual: number, least: number, most: number): number {
  const given = args[name];
  if (given === undefined) return usual;
  const value = Number(given);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CommandError(`--${name} takes a number from ${least} to ${most}`, `--${name} ${usual}`, EXIT.usage);
}

function costIn(args: Args): number | undefined {
  const given = text(args, "max-cost");
  if (given === undefined) return undefined;
  const value = Number(given.replace(/^\$/, ""));
  if (Number.isFinite(value) && value > 0) return value;
  throw new CommandError(`--max-cost takes US dollars, not ${given}`, "--max-cost 5", EXIT.usage);
}
