/** `fleet explain ID`: why a task does not start, what would change that, and when. */
import { duration, moment } from "@fleet/kit/duration";
import { find } from "@fleet/store/ops/find";
import { stamp } from "@fleet/store/time";

import { EXIT } from "../../app/errors.ts";
import { explanation, type Explanation } from "../../app/views/explain.ts";
import { reasonText } from "../../engine/core/reason-text.ts";
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
    io.out(flag(args, "json") ? json(told) : explanationText(told, io.now()));
    return EXIT.ok;
  },
};

function explanationText(told: Explanation, now: number): string {
  const lines = [`${told.id}  ${told.state}  ${told.title}`, `  ${whyText(told, now)}`];
  const when = told.not_before === null ? "" : ` (${moment(told.not_before, now)}, ${wait(told.not_before, now)})`;
  if (told.ends !== null) lines.push(`  ends with: ${told.ends}${when}`);
  for (const command of told.commands) lines.push(`  run:       ${command}`);
  return `${lines.join("\n")}\n`;
}

const wait = (at: string, now: number): string => `in ${duration(Math.max(0, Date.parse(at) - now))}`;

function whyText({ id, why, reason, state, attempt, liveness, last_action: last }: Explanation, now: number): string {
  if (why !== null) return reasonText(id, why, (at) => moment(stamp(at), now));
  if (state !== "running") return reason ?? state;
  const doing = [reason, liveness?.text, last].filter((part) => part !== null && part !== undefined);
  return [`attempt ${attempt ?? "?"}`, ...new Set(doing)].join("; ");
}
