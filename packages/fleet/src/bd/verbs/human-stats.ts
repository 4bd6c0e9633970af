import { isForPerson } from "../human-closing.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "stats",
  summary: "How many wait, were answered, were dismissed",
  examples: ["human stats"],
  run: (ctx) => {
    const all = ctx.snapshot().all().filter(isForPerson);
    const closed = all.filter(({ status }) => status === "closed");
    const dismissed = closed.filter(({ close_reason: why = "" }) => why.toLowerCase().includes("dismiss")).length;
    const stats = {
      total: all.length,
      pending: all.length - closed.length,
      responded: closed.length - dismissed,
      dismissed,
    };
    if (ctx.json) {
      ctx.print(stats);
      return;
    }
    ctx.say("\nHuman Beads Stats\n");
    for (const [name, count] of Object.entries(stats))
      ctx.say(`  ${`${name.charAt(0).toUpperCase()}${name.slice(1)}:`.padEnd(11)} ${count}`);
    ctx.say("");
  },
};
