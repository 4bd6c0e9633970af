/** `fleet checkout ID`: the branch of a task that works in a clone, in your own repository. */
import { counted } from "@fleet/kit/figures";
import { shellWord } from "@fleet/kit/shell";

import { fromCwd } from "../../app/cwd.ts";
import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { type CheckedOut, checkout as bring } from "../../app/operations/checkout.ts";
import { type Command, flag, json, text } from "./command.ts";

export const checkout: Command = {
  options: {
    branch: { type: "string", describe: "its name in your repository (fleet/ID)" },
    attempt: { alias: "n", type: "number", describe: "all files as they were at the end of this attempt" },
    into: { type: "string", describe: "another repository than the task's; made where there is none" },
  },
  examples: [
    ["fleet checkout fleet-3f1", "make its branch, fleet/fleet-3f1, as the last attempt left it"],
    ["fleet checkout fleet-3f1 --branch parser", "the same under another name"],
    ["fleet checkout fleet-3f1 --attempt 2", "the files at the end of its second attempt, as branch fleet/fleet-3f1-2"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const [n, into] = [text(args, "attempt"), text(args, "into")];
    const issue = fleet.find(text(args, "id") ?? "");
    const made = await bring(fleet, issue, {
      branch: text(args, "branch"),
      attempt: n === undefined ? undefined : Number(n),
      into: into === undefined ? undefined : fromCwd(io, into),
    });
    const { repository, branch, commit } = made;
    if (flag(args, "json")) io.out(json(made));
    else
      io.out(
        `Branch ${branch} is at ${commit.slice(0, 10)} in ${repository}.\nTo work on it: git -C ${shellWord(repository)} switch ${branch}\n${leftOutLines(issue.id, made).join("")}`,
      );
    return EXIT.ok;
  },
};

/** The branch lacks something that a person may take for granted. */
function leftOutLines(id: string, { depot, left_out }: CheckedOut): string[] {
  const { attempt, uncommitted, refs } = left_out;
  const at = `git -C ${shellWord(depot)} log`;
  return [
    ...(uncommitted === 0
      ? []
      : [
          `Not on it: ${counted(uncommitted, "file")} not committed. To have all files: fleet checkout ${shellWord(id)} --attempt ${attempt}\n`,
        ]),
    ...(refs.length === 0 ? [] : ["Not on it either, and kept:\n"]),
    ...refs.map((ref) => `  ${at} ${shellWord(ref)}\n`),
  ];
}
