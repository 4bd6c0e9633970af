import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "human",
  summary: "Issues that wait for a person (label human)",
  about: "What attempts ask while they work is elsewhere: fleet questions.",
  examples: ["human list", 'human respond fleet-a3f --response "Use OAuth2"'],
  subs: {
    list: { summary: "List them", load: () => import("./human-list.ts") },
    respond: { summary: "Answer one: a comment, and it closes", load: () => import("./human-respond.ts") },
    dismiss: { summary: "Close one without an answer", load: () => import("./human-dismiss.ts") },
    stats: { summary: "How many wait, were answered, were dismissed", load: () => import("./human-stats.ts") },
  },
};
