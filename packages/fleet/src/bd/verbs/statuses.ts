import { customStatuses, statusIcon, STATUSES } from "@fleet/store/status";
import { homeExists } from "@fleet/store/home";

import type { Verb } from "../verb.ts";

const MEANING: Readonly<Record<(typeof STATUSES)[number], readonly [category: string, description: string]>> = {
  open: ["active", "Available to work on (default)"],
  in_progress: ["wip", "Being worked on"],
  blocked: ["wip", "Waits for a person, or for another issue"],
  deferred: ["frozen", "On ice until later"],
  closed: ["done", "Finished"],
  pinned: ["frozen", "Stays on top, is never worked on"],
  hooked: ["wip", "Waits in an agent's hook"],
};

export const verb: Verb = {
  usage: "statuses",
  summary: "List the statuses an issue can have",
  examples: ["statuses"],
  run: (ctx) => {
    const custom = homeExists(ctx.home) ? [...customStatuses(ctx.snapshot().meta)] : [];
    const builtIn = STATUSES.map((name) => {
      const [category, description] = MEANING[name];
      return { name, category, icon: statusIcon(name), description };
    });
    if (ctx.json) {
      ctx.print({
        built_in_statuses: builtIn,
        ...(custom.length === 0 ? {} : { custom_statuses: custom.map(([name, category]) => ({ name, category })) }),
      });
      return;
    }
    ctx.say("Built-in statuses:");
    for (const { name, category, icon, description } of builtIn)
      ctx.say(`  ${icon} ${name.padEnd(14)} [${category.padEnd(6)}]  ${description}`);
    ctx.say(
      custom.length === 0
        ? '\nAdd your own: fleet bd config set status.custom "name:category,..." (active, wip, done, frozen)'
        : "\nCustom statuses:",
    );
    for (const [name, category] of custom) ctx.say(`  ◆ ${name.padEnd(14)} [${category.padEnd(6)}]`);
  },
};
