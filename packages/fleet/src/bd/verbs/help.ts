import { terminalWidth } from "@fleet/kit/width";

import { Refusal } from "../errors.ts";
import { helpText, overview } from "../help.ts";
import { GROUPS, locate } from "../table.ts";
import type { Verb } from "../verb.ts";

function overviewText(width: number): string {
  return overview(
    GROUPS.map(({ title, entries }) => ({
      title,
      verbs: entries.flatMap(({ name, summary, hidden }) => (hidden === true ? [] : [[name, summary] as const])),
    })),
    width,
  );
}

export const verb: Verb = {
  usage: "help [command...]",
  summary: "Help about any command",
  examples: ["help", "help dep add"],
  flags: { all: { type: "bool", hidden: true, help: "Ignored" } },
  run: async (ctx, args) => {
    const [word, sub] = args.positionals;
    const width = terminalWidth(ctx.io);
    if (word === undefined) {
      ctx.sink.text(overviewText(width));
      return;
    }
    const entry = locate(word);
    if (entry === undefined)
      throw new Refusal(`unknown help topic ${JSON.stringify(word)}`, { family: "stderr", hint: "fleet bd help" });
    const found = (await entry.load()).verb;
    const below = sub === undefined ? undefined : found.subs?.[sub];
    if (below === undefined) ctx.sink.text(helpText(entry.name, found, entry.aliases ?? [], width));
    else ctx.sink.text(helpText(`${entry.name} ${sub ?? ""}`, below, below.aliases ?? [], width));
  },
};
