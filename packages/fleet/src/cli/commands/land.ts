/** `fleet land ID...`: the accepted work of tasks that work in clones, onto the branches that they are for. */
import { openFleet } from "../../app/open.ts";
import { land as landTask, type Landed } from "../../app/operations/land.ts";
import type { Command } from "./command.ts";
import { each } from "./each.ts";

export const land: Command = {
  options: {},
  examples: [["fleet land fleet-3f1", "its work becomes one commit of the branch it is for"]],
  run: async (io, args) => {
    const fleet = openFleet(io);
    return await each(io, args, async (id) => await landTask(fleet, id), landedText);
  },
};

function landedText({ id, title, commit, target, repository, was_there, left }: Landed): string {
  const how = was_there ? "is on" : "landed on";
  const said = `${id} ${how} ${target} of ${repository} as ${commit.slice(0, 10)}: ${title}`;
  return [said, ...left].map((line) => `${line}\n`).join("");
}
