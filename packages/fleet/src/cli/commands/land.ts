/** `fleet land ID...`: lands the accepted work of tasks that work in clones; `--dry-run` predicts, `--undo` reverts. */
import { someOf } from "@fleet/kit/text";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Fleet, openFleet } from "../../app/open.ts";
import { land as landTask, type Landed, landsByPull } from "../../app/operations/land.ts";
import { predictLanding, type PredictedLanding, waitingToLand } from "../../app/operations/predict-landing.ts";
import { pull, type Pulled } from "../../app/operations/pull.ts";
import { undoLanded, type Undone } from "../../app/operations/undo-landing.ts";
import { type Args, type Command, flag, json, texts } from "./command.ts";
import { each } from "./each.ts";
import { pulledText } from "./pr.ts";

export const land: Command = {
  options: {
    "dry-run": { type: "boolean", describe: "show conflicts with the target and with other waiting work" },
    undo: { type: "boolean", describe: "take back what has landed, as a commit that reverts it" },
    force: { type: "boolean", describe: "land without acceptance and without checks; records who did" },
  },
  examples: [
    ["fleet land fleet-3f1", "its work becomes one commit of the branch it is for"],
    ["fleet land", "all that waits to land, one after the other; with via: pr, a pull request for each"],
    ["fleet land --dry-run", "what that would do; changes nothing"],
    ["fleet land fleet-3f1 --undo", "a commit that reverts it; the task waits for approval again"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const [dry, undo, force] = ["dry-run", "undo", "force"].map((name) => flag(args, name));
    if ([dry, undo, force].filter((is) => is === true).length > 1)
      throw new CommandError("--dry-run, --undo and --force exclude each other", "fleet land --help", EXIT.usage);
    if (dry === true) return await predicted(io, args, fleet);
    const named = texts(args, "id");
    if (named.length === 0 && (undo === true || force === true))
      throw new CommandError("missing ID", `fleet land ID ${undo === true ? "--undo" : "--force"}`, EXIT.usage);
    if (undo === true) return await each(io, args, async (id) => await undoLanded(fleet, id), undoneText, named);
    const ids = named.length > 0 ? named : waitingToLand(fleet).map(({ id }) => id);
    if (ids.length === 0 && !flag(args, "json")) io.out(NOTHING);
    return await each(io, args, async (id) => await landOne(fleet, id, force === true), doneText, ids);
  },
};

/** With `land=pr`: opens a pull request, or checks the existing one. */
const landOne = async (fleet: Fleet, id: string, force: boolean): Promise<Landed | Pulled> =>
  !force && (await landsByPull(fleet, fleet.find(id)))
    ? await pull(fleet, id, undefined)
    : await landTask(fleet, id, { force });

const doneText = (done: Landed | Pulled): string => ("commit" in done ? landedText(done) : pulledText(done));

const NOTHING = "Nothing waits to land.\n";

function landedText({ id, title, commit, target, repository, was_there, left }: Landed): string {
  const how = was_there ? "is on" : "landed on";
  const said = `${id} ${how} ${target} of ${repository} as ${commit.slice(0, 10)}: ${title}`;
  return [said, ...left].map((line) => `${line}\n`).join("");
}

function undoneText({ id, title, commit, of, target, repository, was_there }: Undone): string {
  const place = `${target} of ${repository}`;
  const those = someOf(
    of.map((one) => one.slice(0, 10)),
    NAMED,
  );
  return commit === null
    ? `${id} was taken off ${place}, where it was as ${those}; it waits for approval again: ${title}\n`
    : `${id} was taken back ${was_there ? "earlier " : ""}from ${place}: ${commit.slice(0, 10)} reverts ${those}: ${title}\n`;
}

async function predicted(io: Io, args: Args, fleet: Fleet): Promise<number> {
  const rows = await predictLanding(fleet, texts(args, "id"));
  if (flag(args, "json")) io.out(json({ landings: rows }));
  else io.out(rows.length === 0 ? NOTHING : rows.map(predictedText).join(""));
  return EXIT.ok;
}

const NAMED = 5;

function predictedText(predicted: PredictedLanding): string {
  const { id, title, target, repository, would, commit, files, tasks } = predicted;
  const place = `${target} of ${repository}`;
  const line = (what: string): string => `${id} ${what}: ${title}\n`;
  switch (would) {
    case "lands":
      return line(`would ${predicted.via === "pr" ? "be in a pull request for" : "land on"} ${place}`);
    case "landed":
      return line(`is on ${place} as ${(commit ?? "").slice(0, 10)}`);
    case "nothing-new":
      return line(`would not land, because ${place} has the same files without it`);
    case "no-target":
    case "refused":
      return `${id} would not land, because ${predicted.why ?? ""}${predicted.hint === null ? "" : ` (${predicted.hint})`}: ${title}\n`;
    case "conflict": {
      const other = tasks.length === 0 ? place : `${someOf(tasks, NAMED)}, which would land before it,`;
      return line(`would conflict with ${other} in ${someOf(files, NAMED)}`);
    }
  }
}
