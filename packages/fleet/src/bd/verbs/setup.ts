import { own } from "@fleet/kit/own";
import { readBounded } from "@fleet/kit/read";
import { createGiven } from "@fleet/kit/given";

import { fromCwd } from "../../app/cwd.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { nearest } from "@fleet/kit/nearest";
import { type Recipe, RECIPES, SNIPPET } from "../recipes.ts";
import { fileTrouble } from "../texts.ts";
import type { Verb } from "../verb.ts";

/** Whether a project file mentions bd already. */
function mentions(path: string): boolean {
  // A missing or unreadable file counts as "no".
  const read = readBounded(path, { links: "follow" });
  return read.kind === "text" && /\bbd (prime|ready)\b/.test(read.text);
}

/** Creates the named file; never overwrites. */
function writeNew(ctx: Ctx, file: string): void {
  const path = fromCwd(ctx.io, file);
  try {
    createGiven(path, SNIPPET);
  } catch (error) {
    throw new Refusal(`write file: ${file}: ${fileTrouble(error)}`, { cause: error, hint: "fleet bd setup --print" });
  }
  ctx.say(`✓ Wrote template to ${file}`);
}

function check(ctx: Ctx, name: string, { files }: Recipe): number {
  const missing = files.filter(({ path }) => !mentions(fromCwd(ctx.io, path)));
  if (ctx.json) ctx.print({ recipe: name, installed: missing.length === 0, missing: missing.map(({ path }) => path) });
  else if (missing.length === 0) ctx.say(`✓ ${name} integration installed`);
  else {
    ctx.say(`✗ ${name} integration not installed\n  Run: fleet bd setup ${name}`);
    for (const { path } of missing) ctx.say(`  Missing: ${path}`);
  }
  return missing.length === 0 ? 0 : 1;
}

export const verb: Verb = {
  usage: "setup [recipe]",
  summary: "Show how to tell an agent's tool about the queue",
  about: "Prints instructions and writes nothing: your tools' settings and your project's files are yours.",
  flags: {
    list: { type: "bool", help: "List the recipes" },
    print: { type: "bool", help: "Print the text for AGENTS.md" },
    output: { type: "string", short: "o", help: "Write the text for AGENTS.md to a new file" },
    check: { type: "bool", help: "Exits 1 unless the recipe's files mention bd" },
    remove: { type: "bool", help: "Show what to remove again" },
    add: { type: "string", hidden: true, help: "Not supported" },
    project: { type: "bool", hidden: true, help: "Ignored" },
    global: { type: "bool", hidden: true, help: "Ignored" },
    stealth: { type: "bool", hidden: true, help: "Ignored" },
  },
  examples: ["setup --list", "setup claude", "setup cursor --check", "setup --print >> AGENTS.md"],
  choices: { recipe: Object.keys(RECIPES) },
  args: { max: 1 },
  errors: "stderr",
  run: (ctx, args) => {
    if (args.flag("list")) {
      const rows = Object.entries(RECIPES).map(([name, { description }]) => `  ${name.padEnd(12)}  ${description}`);
      if (ctx.json) ctx.print(Object.keys(RECIPES));
      else ctx.say(`Available recipes:\n\n${rows.join("\n")}\n\nUse 'fleet bd setup <recipe>' to see what to add.`);
      return 0;
    }
    const output = args.text("output") ?? "";
    const [given] = args.positionals;
    if (args.flag("print")) ctx.sink.text(SNIPPET);
    else if (output !== "") writeNew(ctx, output);
    else if (args.has("add"))
      throw new Refusal("'bd setup --add' is not supported by this store", { hint: `fleet bd setup -o FILE` });
    else if (given === undefined)
      ctx.say("Name a recipe: fleet bd setup --list shows them; fleet bd setup --print prints the text.");
    else {
      const name = given.toLowerCase();
      const recipe = own(RECIPES, name);
      if (recipe === undefined) {
        const meant = nearest(name, Object.keys(RECIPES));
        throw new Refusal(`unknown recipe: ${name}`, {
          hint: `${meant === undefined ? "" : `Did you mean ${meant}? `}Use 'fleet bd setup --list' to see available recipes.`,
        });
      }
      if (args.flag("check")) return check(ctx, name, recipe);
      const what = args.flag("remove") ? "Take this out of" : "Add this to";
      ctx.say(`Nothing is written for you.`);
      for (const { path, text } of recipe.files) ctx.say(`\n${what} ${path}:\n\n${text}`);
    }
    return 0;
  },
};
