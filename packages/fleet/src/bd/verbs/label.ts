import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "label",
  summary: "Manage issue labels",
  examples: ["label add fleet-a3f urgent", "label list fleet-a3f --json"],
  subs: {
    add: { summary: "Add a label to one or more issues", load: () => import("./label-add.ts") },
    remove: {
      aliases: ["rm"],
      summary: "Remove a label from one or more issues",
      load: () => import("./label-remove.ts"),
    },
    list: { summary: "List labels for an issue", load: () => import("./label-list.ts") },
    "list-all": { summary: "List all labels in use", load: () => import("./label-list-all.ts") },
    propagate: { summary: "Put a label on every child of an issue", load: () => import("./label-propagate.ts") },
  },
};
