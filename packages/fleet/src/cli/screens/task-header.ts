/** The header of `fleet task ID`: the task itself, independent of its attempts. Pure. */
import { isNear, type LimitName, LIMITS, type Measure, measureText, millis } from "../../app/terms.ts";
import { coderNote } from "../../app/coder-note.ts";
import { duration, written } from "@fleet/kit/duration";
import { counted, tokensText, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { moment } from "@fleet/kit/when";
import { wrap } from "@fleet/kit/width";

import { openAgain } from "../../app/views/taken-off.ts";
import type { TaskRow } from "../../app/views/overview.ts";
import type { Named, TaskFacts } from "../../app/views/task-facts.ts";
import { withModel } from "../attempt-words.ts";
import { contextHue, livenessHue, painted, priorityHue, stateHue } from "../style.ts";
import { wholeCommands } from "../whole-commands.ts";
import { plainAction, type Screen, whyText } from "./tasks-table.ts";

export function headerLines(row: TaskRow, facts: TaskFacts, screen: Screen): string[] {
  const { c, width } = screen;
  const rows: (readonly [label: string, value: Cell])[] = [
    ["state", stateCell(row, facts, screen)],
    ["now", nowCell(row, screen)],
    ["claim", row.why?.kind === "asked" ? (row.why.claim ?? "") : ""],
    ["change", row.why?.kind === "asked" ? row.why.change : ""],
    ["coder", coderText(row.coder, row.model, facts)],
    ["directory", facts.cwd],
    ...cloneRows(facts),
    ["landed", landedText(row.id, facts)],
    ["priority", painted(`P${row.priority}`, priorityHue(c, row.priority))],
    ...factRows(facts, row.limits ?? facts.used),
  ];
  const shown = rows.filter(([, value]) => (typeof value === "string" ? value : value.text) !== "");
  const [first = "", ...rest] = wrap(`${row.id}  ${row.title}`, width);
  return [
    c.bold(first),
    ...rest.map(c.bold),
    ...table(
      shown.map(([label, value]) => [painted(label, c.dim), value]),
      { width },
    ),
  ];
}

/** The header without progress, for `bd show`, which prints the rest in beads' form. */
export const factLines = (facts: TaskFacts): (readonly [label: string, value: string])[] =>
  [
    ["coder", coderText(facts.coder, facts.model, facts)] as const,
    ["directory", facts.cwd] as const,
    ...cloneRows(facts),
    // Dependencies and parent are printed by bd.
    ...factRows({ ...facts, parent: null, waits_for: [], waited_for_by: [] }, facts.used).filter(
      ([label]) => label !== "waits for",
    ),
  ].filter(([, value]) => value !== "");

function landedText(id: string, { landed }: TaskFacts): string {
  if (landed === null) return "";
  const { commit, target, isThere } = landed;
  const off = isThere ? "" : `, and taken off there since; to open it again: ${openAgain({ task: id })}`;
  return `on ${target} as ${commit.slice(0, 10)}${off}`;
}

/** The workspace, if it is a clone, and which files its coder found there. */
function cloneRows({ clone }: TaskFacts): (readonly [label: string, value: string])[] {
  if (clone === null) return [];
  const { dir, branch, base, base_from, target, included, ports, last_port } = clone;
  const where = base_from ?? target;
  const from = `${where === null ? "" : `${where} at `}${base.slice(0, 10)}`;
  return [
    [
      "workspace",
      `${dir}${clone.ready ? "" : ports === null ? " (deleted; what was in it is kept)" : " (not made yet)"}`,
    ],
    ["branch", `${branch}, from ${from}`],
    ["as in", clone.of_source.length === 0 ? "" : `${clone.source}: ${clone.of_source.join(", ")} of its coder`],
    ["copied", included.files === 0 ? "" : `${copiedText(included)} from ${clone.source}`],
    ["ports", ports === null ? "" : `${ports}-${last_port}`],
    ["setup", clone.setup === null ? "" : `${clone.setup.command} (output: ${clone.setup.output})`],
  ];
}

/** ".env, a.local and 18 more". */
function copiedText({ files, first }: NonNullable<TaskFacts["clone"]>["included"]): string {
  const named = first.slice(0, 3);
  const rest = files - named.length;
  return `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function coderText(coder: string | null, model: string | null, { coderFrom }: TaskFacts): string {
  if (coder === null || coder === "") return "none yet";
  return `${withModel(coder, model)}${coderNote(coderFrom)}`;
}

/** Its requirements, limits and waits. */
function factRows(facts: TaskFacts, measured: readonly Measure[]): (readonly [label: string, value: string])[] {
  const { checks, prove, expect, allow, deny, check_paths, tests_are_work } = facts.asked;
  return [
    ["checks", checks.join("; ")],
    ["proves", prove.join("; ")],
    ["expects", expect.join(", ")],
    ["may change", allow.join(", ")],
    ["may not", deny.join(", ")],
    ["checks need", check_paths.join(", ")],
    ["the work is", tests_are_work ? "tests" : ""],
    ["limits", limitsText(facts, measured)],
    ["part of", facts.parent === null ? "" : namedText(facts.parent)],
    ["waits for", facts.waits_for.length === 0 ? "nothing" : facts.waits_for.map(namedText).join(", ")],
    ["blocks", facts.waited_for_by.map(namedText).join(", ")],
  ];
}

const namedText = ({ id, title, isOpen }: Named): string =>
  title === null ? `${id} (not in this home)` : `${id} (${title}${isOpen ? "" : ", closed"})`;

function limitsText({ limits }: TaskFacts, measured: readonly Measure[]): string {
  return LIMITS.flatMap((name) => {
    const of = limits[name];
    const used = measured.find(({ limit }) => limit === name);
    if (used !== undefined) return [`${measureText(used)}${isNear(used) ? " (near)" : ""}`];
    return of === undefined ? [] : [limitText(name, of)];
  }).join(", ");
}

function limitText(name: LimitName, of: number): string {
  switch (name) {
    case "timeout":
      return `${written(of)} per attempt`;
    case "idle":
      return `${written(of)} of silence`;
    case "turns":
      return `${counted(of, "turn")} per attempt`;
    case "tokens":
      return tokensText(of);
    case "usd":
      return usdText(of);
  }
}

function stateCell(row: TaskRow, { tries, max_tries: most }: TaskFacts, { c, now }: Screen): Cell {
  const tried = tries === 0 ? "" : `; ${tries} of ${counted(most, "try", "tries")} used`;
  const paint = stateHue(c, row.state);
  if (row.state === "running") {
    const since = row.elapsed_ms === null ? "" : ` for ${duration(row.elapsed_ms)}`;
    return painted(`running${since}, attempt ${row.attempt ?? "?"}${tried}`, paint);
  }
  if (row.state === "closed") {
    const when = row.closed_at === null ? "" : ` ${moment(millis(row.closed_at), now)}`;
    const grade = row.grade === null ? "" : ` (${row.grade})`;
    return painted(`closed${when}${grade}${row.reason === null ? "" : `: ${row.reason}`}`, paint);
  }
  return painted(`${row.state}: ${wholeCommands(whyText(row, now))}${tried}`, paint);
}

/** What its running attempt is doing now. */
function nowCell(row: TaskRow, { c }: Screen): Cell {
  if (row.state !== "running") return "";
  const { liveness, context_percent: context } = row;
  const parts = [
    row.reason ?? plainAction(row.last_action ?? ""),
    liveness === null ? "" : liveness.text,
    row.tokens === null ? "" : tokensText(row.tokens),
    row.cost_usd === null ? "" : usdText(row.cost_usd),
    context === null ? "" : `context ${context}%`,
  ].filter((part) => part !== "");
  const paint = liveness !== null && liveness.kind !== "working" ? livenessHue(c, liveness.kind) : undefined;
  return painted(
    parts.join("; "),
    paint ?? (context !== null && context >= 80 ? contextHue(c, context) : (text) => text),
  );
}
