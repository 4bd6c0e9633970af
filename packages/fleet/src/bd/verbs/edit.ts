import { isBlank } from "@fleet/kit/text";
import { join } from "node:path";

import { removeTree, replaceFile } from "@fleet/kit/files";
import { temporaryDir } from "@fleet/kit/given";
import { readGiven } from "@fleet/kit/given";
import { type Ran, runProgram } from "@fleet/kit/process/run";
import { update } from "@fleet/store/ops/update";

import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { findOrRefuse } from "../issues.ts";
import { named } from "../text.ts";
import type { Verb } from "../verb.ts";

const FIELDS = {
  title: "title",
  design: "design",
  notes: "notes",
  acceptance: "acceptance_criteria",
  description: "description",
} as const;

/** Returns the edited text. $EDITOR is a command line, as for git, so a shell runs it. */
async function edited(ctx: Ctx, text: string): Promise<string> {
  const { env, cwd } = ctx.io;
  const editor = env["EDITOR"] || env["VISUAL"];
  if (editor === undefined || editor === "")
    throw new Refusal("no editor found. Set $EDITOR or $VISUAL environment variable");
  const directory = temporaryDir("fleet-edit-");
  try {
    const file = join(directory, "text.md");
    replaceFile(file, text, { sync: false });
    const args = ["-c", `${editor} "$1"`, "editor", file];
    const done = await runProgram({ file: "sh", args, cwd, env, terminal: "all" });
    if (done.kind !== "ended" || done.code !== 0)
      throw new Refusal(`running editor: ${editor} ended with ${outcomeOf(done)}`);
    return readGiven(file);
  } finally {
    removeTree(directory);
  }
}

const outcomeOf = (done: Ran): string =>
  (done.kind === "ended" ? (done.code?.toString() ?? done.signal) : undefined) ?? "an error";

export const verb: Verb = {
  usage: "edit [id]",
  summary: "Edit a field of an issue in $EDITOR",
  examples: ["edit fleet-a3f", "edit fleet-a3f --design"],
  about: "For people. Agents use bd update with flags.",
  flags: {
    title: { type: "bool", help: "Edit the title" },
    description: { type: "bool", help: "Edit the description (default)" },
    design: { type: "bool", help: "Edit the design notes" },
    notes: { type: "bool", help: "Edit the notes" },
    acceptance: { type: "bool", help: "Edit the acceptance criteria" },
    "allow-empty": { type: "bool", help: "Let an empty text clear the field" },
  },
  args: { min: 1, max: 1 },
  writes: true,
  run: async (ctx, args) => {
    const issue = findOrRefuse(ctx.snapshot(), args.positionals[0] ?? "");
    const chosen =
      Object.entries(FIELDS).find(([flag]) => args.flag(flag)) ?? (["description", "description"] as const);
    const [flag, field] = chosen;
    const before = issue[field] ?? "";
    const after = (await edited(ctx, before)).replace(/\n$/, before.endsWith("\n") ? "\n" : "");
    if (after === before) {
      ctx.say("No changes made");
      return;
    }
    // After a failed editor an empty file can't be told from a cleared one.
    if (field !== "title" && isBlank(after) && !args.flag("allow-empty"))
      throw new Refusal(`the ${flag} came back empty, so nothing was changed`, {
        hint: `to clear it: fleet bd edit ${issue.id} --${flag} --allow-empty`,
      });
    if (field === "title" && isBlank(after)) throw new Refusal("title cannot be empty");
    const act = await ctx.act();
    const next = await ctx.write(act, (snapshot) =>
      update(snapshot, act, { id: issue.id, [field]: field === "title" ? after.trim() : after }),
    );
    ctx.say(`✓ Updated ${flag} for issue: ${named(next)}`);
  },
};
