/** `fleet gc`: lists what old attempts left, and deletes it with `--yes`. */
import { parseDuration } from "@fleet/kit/duration";
import { shellWord } from "@fleet/kit/shell";
import { parseSize } from "@fleet/kit/size";
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { gc as collect } from "../../app/operations/gc.ts";
import { collectedLines } from "../screens/collected.ts";
import { colours } from "../style.ts";
import { type Args, type Command, flag, json, text, texts } from "./command.ts";

export const gc: Command = {
  options: {
    yes: { alias: "y", type: "boolean", describe: "delete it" },
    "dry-run": { type: "boolean", describe: "show it alone, as without --yes" },
    "older-than": { type: "string", describe: "what ended longer ago (the setting keep_for)" },
    "keep-size": {
      type: "string",
      describe: "the oldest too, until no more than this is left (the setting keep_size)",
    },
    "let-go": {
      type: "string",
      array: true,
      describe: "this closed task: its workspace, and what the depot keeps of its attempts",
    },
  },
  examples: [
    ["fleet gc", "what would be deleted, with sizes; nothing is touched"],
    ["fleet gc --older-than 7d --yes", "delete what ended more than a week ago"],
    ["fleet gc --let-go fleet-3f1 --yes", "delete all that is kept of the work of a closed task"],
  ],
  run: async (io, args) => {
    if (flag(args, "yes") && flag(args, "dry-run"))
      throw new CommandError("--yes and --dry-run exclude each other", "fleet gc --dry-run", EXIT.usage);
    const [age, size] = [ageGiven(args), sizeGiven(args)];
    const done = await collect(openFleet(io), { remove: flag(args, "yes"), age, size, letGo: texts(args, "let-go") });
    const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
    io.out(flag(args, "json") ? json(done) : `${collectedLines(done, lineOf(args), screen).join("\n")}\n`);
    return EXIT.ok;
  },
};

function lineOf(args: Args): string {
  const given = ["older-than", "keep-size"].flatMap((name) => {
    const value = text(args, name);
    return value === undefined ? [] : [`--${name} ${shellWord(value)}`];
  });
  const letGo = texts(args, "let-go").map((id) => `--let-go ${shellWord(id)}`);
  return ["fleet gc", ...given, ...letGo].join(" ");
}

function ageGiven(args: Args): number | undefined {
  const written = text(args, "older-than");
  const age = written === undefined ? undefined : parseDuration(written);
  if (written !== undefined && age === undefined)
    throw new CommandError(`not a duration: ${written}`, "fleet gc --older-than 7d", EXIT.usage);
  return age;
}

function sizeGiven(args: Args): number | undefined {
  const written = text(args, "keep-size");
  const size = written === undefined ? undefined : parseSize(written);
  if (written !== undefined && size === undefined)
    throw new CommandError(`not a size: ${written}`, "fleet gc --keep-size 5GB", EXIT.usage);
  return size;
}
