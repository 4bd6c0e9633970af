/** What `fleet explain` prints: one reason, and what changes it. Pure. */
import { wait } from "@fleet/kit/when";
import { paragraph, wrap } from "@fleet/kit/width";

import { reasonNow } from "../../app/terms.ts";
import type { Explanation } from "../../app/views/explain.ts";
import { stateHue } from "../style.ts";
import { wholeCommands } from "../whole-commands.ts";
import type { Screen } from "./tasks-table.ts";

export function explanationLines(told: Explanation, { c, width, now }: Screen): string[] {
  const when = told.not_before === null ? "" : ` (${wait(Date.parse(told.not_before), now)})`;
  const [first = "", ...rest] = wrap(`${told.id}  ${told.state}  ${told.title}`, width);
  return [
    stateHue(c, told.state)(first),
    ...rest,
    ...paragraph(wholeCommands(whyText(told, now)), width, "  "),
    ...(told.ends === null ? [] : paragraph(`ends with: ${told.ends}${when}`, width, "  ").map(c.dim)),
    // Not wrapped, to be copied.
    ...told.commands.map((command) => `  run:       ${command}`),
  ];
}

function whyText({ id, why, reason, state, attempt, liveness, last_action: last }: Explanation, now: number): string {
  if (why !== null) return reasonNow(id, why, now);
  if (state !== "running") return reason ?? state;
  const doing = [reason, liveness?.text, last].filter((part) => part !== null && part !== undefined);
  return [`attempt ${attempt ?? "?"}`, ...new Set(doing)].join("; ");
}
