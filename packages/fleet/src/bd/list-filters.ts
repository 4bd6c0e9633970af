/** Flags that select issues for `list`, `search` and `count`, in addition to filters.ts, and their predicate. */
import type { Meta } from "@fleet/store/meta";
import { PRIORITIES, priorityOf } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import type { Args } from "./args.ts";
import { parseDate } from "./dates.ts";
import { Refusal } from "./errors.ts";
import { priorityTrouble, type Test, testIfAny } from "./filters.ts";
import type { Flags } from "./verb.ts";

export const DATE_FLAGS: Flags = Object.fromEntries(
  ["created", "updated", "closed"].flatMap((what) =>
    ["after", "before"].map((side) => [
      `${what}-${side}`,
      {
        type: "string" as const,
        help: `Filter issues ${what} ${side} a date (YYYY-MM-DD in UTC, RFC3339, -2d, yesterday)`,
      },
    ]),
  ),
);

export const TEXT_FLAGS: Flags = {
  "desc-contains": { type: "string", help: "Filter by description substring (case-insensitive)" },
  "notes-contains": { type: "string", help: "Filter by notes substring (case-insensitive)" },
  "empty-description": { type: "bool", help: "Filter issues with empty or missing description" },
  "no-assignee": { type: "bool", help: "Filter issues with no assignee" },
  "no-labels": { type: "bool", help: "Filter issues with no labels" },
};

export const RANGE_FLAGS: Flags = {
  "priority-min": { type: "string", values: PRIORITIES, help: "Filter by minimum priority (inclusive, 0-4 or P0-P4)" },
  "priority-max": { type: "string", values: PRIORITIES, help: "Filter by maximum priority (inclusive, 0-4 or P0-P4)" },
};

const has = (text: string | undefined, part: string): boolean =>
  (text ?? "").toLowerCase().includes(part.toLowerCase());

function regexOf(source: string, flag: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new Refusal(`invalid ${flag}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** By `--label-pattern`, which only `list` has; undefined if not given. */
export async function patternTest(args: Args): Promise<Test | undefined> {
  const pattern = args.text("label-pattern");
  if (pattern === undefined || pattern === "") return undefined;
  const { wordMatcher } = await import("@fleet/kit/glob");
  const fits = wordMatcher(pattern);
  return (issue) => (issue.labels ?? []).some(fits);
}

function labelTests(args: Args): Test[] {
  const tests: Test[] = [];
  const regex = args.text("label-regex");
  if (regex !== undefined && regex !== "") {
    const wanted = regexOf(regex, "--label-regex");
    tests.push((issue) => (issue.labels ?? []).some((label) => wanted.test(label)));
  }
  if (args.flag("no-labels")) tests.push((issue) => (issue.labels ?? []).length === 0);
  return tests;
}

const FIELD_OF = {
  created: "created_at",
  updated: "updated_at",
  closed: "closed_at",
  defer: "defer_until",
  due: "due_at",
} as const;

function dateTests(args: Args, now: number): Test[] {
  const tests: Test[] = [];
  for (const [name, field] of Object.entries(FIELD_OF)) {
    for (const side of ["after", "before"] as const) {
      const flag = `${name}-${side}`;
      const text = args.text(flag);
      if (text === undefined || text === "") continue;
      const date = parseDate(text, now);
      if (date === undefined) {
        throw new Refusal(
          `parsing --${flag}: cannot parse time expression: ${JSON.stringify(text)} (examples: +6h, -1d, tomorrow, next monday, 2025-01-15, 2025-01-15T10:00:00Z)`,
        );
      }
      const bound = millis(date);
      tests.push((issue) => {
        const at = issue[field];
        return at !== undefined && (side === "after" ? millis(at) >= bound : millis(at) <= bound);
      });
    }
  }
  return tests;
}

function rangeTests(args: Args): Test[] {
  const tests: Test[] = [];
  for (const [flag, fits] of [
    ["priority-min", (priority: number, bound: number) => priority >= bound],
    ["priority-max", (priority: number, bound: number) => priority <= bound],
  ] as const) {
    const text = args.text(flag);
    if (text === undefined || text === "") continue;
    const bound = priorityOf(text);
    if (bound === undefined) throw new Refusal(`parsing --${flag}: ${priorityTrouble(text)}`);
    tests.push((issue) => fits(issue.priority, bound));
  }
  return tests;
}

function textTests(args: Args): Test[] {
  const tests: Test[] = [];
  const containing = (flag: string, field: "title" | "description" | "notes" | "external_ref"): void => {
    const part = args.text(flag);
    if (part !== undefined && part !== "") tests.push((issue) => has(issue[field], part));
  };
  containing("title", "title");
  containing("title-contains", "title");
  containing("desc-contains", "description");
  containing("notes-contains", "notes");
  containing("external-contains", "external_ref");
  if (args.flag("empty-description")) tests.push((issue) => (issue.description ?? "") === "");
  if (args.flag("no-assignee")) tests.push((issue) => (issue.assignee ?? "") === "");
  const spec = args.text("spec");
  if (spec !== undefined && spec !== "") tests.push((issue) => (issue.spec_id ?? "").startsWith(spec));
  return tests;
}

function idTests(args: Args): Test[] {
  const ids = (args.text("id") ?? "").split(",").flatMap((id) => (id.trim() === "" ? [] : [id.trim()]));
  return ids.length === 0 ? [] : [(issue) => ids.includes(issue.id)];
}

/** All filters except status, sort, parent and limit, which each verb handles itself. */
export function testOf(args: Args, meta: Meta, now: number): Test {
  const more = [
    ...labelTests(args),
    ...textTests(args),
    ...dateTests(args, now),
    ...rangeTests(args),
    ...idTests(args),
  ];
  return testIfAny(args, meta, more) ?? (() => true);
}
