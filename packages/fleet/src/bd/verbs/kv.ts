import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "kv",
  summary: "Key-value store",
  examples: ["kv set release 1.4", "kv get release"],
  subs: {
    set: { summary: "Set a key", load: () => import("./kv-set.ts") },
    get: { summary: "Get a key", load: () => import("./kv-get.ts") },
    clear: { summary: "Delete a key", load: () => import("./kv-clear.ts") },
    list: { summary: "List all keys", load: () => import("./kv-list.ts") },
  },
};
