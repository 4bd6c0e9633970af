import { homeExists } from "@fleet/store/home";
import { customTypes } from "@fleet/store/status";

import type { Verb } from "../verb.ts";

const CORE = [
  ["task", "General work item (default)"],
  ["bug", "Something that is broken"],
  ["feature", "New functionality"],
  ["chore", "Maintenance"],
  ["epic", "A large piece of work, split into children"],
  ["decision", "A decision and its reasons"],
  ["spike", "An investigation that answers a question"],
  ["story", "What a user wants to do"],
  ["milestone", "A point to reach, without work of its own"],
] as const;

export const verb: Verb = {
  usage: "types",
  summary: "List the types an issue can have",
  examples: ["types"],
  run: (ctx) => {
    const custom = homeExists(ctx.home) ? customTypes(ctx.snapshot().meta) : [];
    if (ctx.json) {
      const core = CORE.map(([name, description]) => ({ name, description }));
      ctx.print({ core_types: core, ...(custom.length === 0 ? {} : { custom_types: custom }) });
      return;
    }
    ctx.say("Core work types (built-in):");
    for (const [name, description] of CORE) ctx.say(`  ${name.padEnd(14)} ${description}`);
    ctx.say(
      custom.length === 0
        ? '\nAdd your own: fleet bd config set types.custom "type1,type2,..."'
        : "\nConfigured custom types:",
    );
    for (const name of custom) ctx.say(`  ${name}`);
  },
};
