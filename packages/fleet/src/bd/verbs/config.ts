import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "config",
  summary: "Manage configuration of the queue",
  about: "Kept in the home's history. The settings of the supervisor are elsewhere: fleet config.",
  examples: ['config set status.custom "review:wip,parked:frozen"', "config get issue_prefix", "config list --json"],
  subs: {
    get: { summary: "Get a value", load: () => import("./config-get.ts") },
    set: { summary: "Set a value", load: () => import("./config-set.ts") },
    "set-many": { summary: "Set several values", load: () => import("./config-set-many.ts") },
    list: { summary: "List all values", load: () => import("./config-list.ts") },
    show: { summary: "All values, and where they come from", load: () => import("./config-show.ts") },
    unset: { summary: "Delete a value", load: () => import("./config-unset.ts") },
    drift: { summary: "Compare with what is there", load: () => import("./config-drift.ts") },
    apply: { summary: "Make what is there so", load: () => import("./config-apply.ts") },
    validate: { summary: "Check the values", load: () => import("./config-validate.ts") },
  },
};
