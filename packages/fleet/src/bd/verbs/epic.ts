import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "epic",
  summary: "Epic management commands",
  examples: ["epic status", "epic close-eligible"],
  subs: {
    status: { summary: "Show how far the children of epics are", load: () => import("./epic-status.ts") },
    "close-eligible": { summary: "Close epics whose children are all closed", load: () => import("./epic-close.ts") },
  },
};
