import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "human",
  summary: "Issues that wait for a person (label human)",
  examples: ["human list"],
  subs: { list: { summary: "List them", load: () => import("./human-list.ts") } },
};
