/** `fleet explain ID`: why a task does not start, what would change that, and when. */
import { wait } from "@fleet/kit/when";
import { paragraph, terminalWidth, wrap } from "@fleet/kit/width";
import { find } from "@fleet/store/ops/find";

import { EXIT } from "../../app/errors.ts";
import { explanation, type Explanation } from "../../app/views/explain.ts";
import { reasonNow } from "../../engine/core/reason-text.ts";
import { settingsInForce } from "../../settings/in-force.ts";
import { type Command, flag, json, openHome, text } from "./command.ts";

export const explain: Command = {
  options: {},
  examples: [
    ["fleet explain fleet-3f", "one reason, and the commands that change it"],
    ["fleet explain fleet-3f --json", "the same for programs: why.kind is one of docs/explain.md"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const snapshot = store.snapshot();
    const issue = find(snapshot, text(args, "id") ?? "");
    const told = explanation(home, snapshot, settingsInForce(home, store), io.now(), issue);
    io.out(flag(args, "json") ? json(told) : explanationText(told, io.now(), terminalWidth(io)));
    return EXIT.ok;
  },
};

function explanationText(told: Explanation, now: number, width: number): string {
  const when = told.not_before === null ? "" : ` (${wait(Date.parse(told.not_before), now)})`;
  return [
    ...wrap(`${told.id}  ${told.state}  ${told.title}`, width),
    ...paragraph(whyText(told, now), width, "  "),
    ...(told.ends === null ? [] : paragraph(`ends with: ${told.ends}${when}`, width, "  ")),
    // To be copied as they are.
    ...told.commands.map((command) => `  run:       ${command}`),
    "",
  ].join("\n");
}

function whyText({ id, why, reason, state, attempt, liveness, last_action: last }: Explanation, now: number): string {
  if (why !== null) return reasonNow(id, why, now);
  if (state !== "running") return reason ?? state;
  const doing = [reason, liveness?.text, last].filter((part) => part !== null && part !== undefined);
  return [`attempt ${attempt ?? "?"}`, ...new Set(doing)].join("; ");
}
