/** `--sort FIELD` and `-r`: times newest first, all else ascending, ties in bd's own order (as beads 1.0.5). */
import { byPriority } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import { byCodeUnit } from "@fleet/store/shard";
import { millis } from "@fleet/store/time";

import type { Args } from "./args.ts";
import { Refusal } from "./errors.ts";
import type { Flags } from "./verb.ts";

const SORT_FIELDS = ["priority", "created", "updated", "closed", "status", "id", "title", "type", "assignee"] as const;
export const SORT_FLAGS: Flags = {
  sort: { type: "string", values: SORT_FIELDS, help: `Sort by field: ${SORT_FIELDS.join(", ")}` },
  reverse: { type: "bool", short: "r", help: "Reverse sort order" },
};

type Field = (typeof SORT_FIELDS)[number];
type Order = (a: Issue, b: Issue) => number;

const newest =
  (field: "created_at" | "updated_at" | "closed_at"): Order =>
  (a, b) =>
    millis(b[field]) - millis(a[field]);

const ORDERS: Readonly<Record<Field, Order>> = {
  priority: (a, b) => a.priority - b.priority,
  created: newest("created_at"),
  updated: newest("updated_at"),
  closed: newest("closed_at"),
  status: (a, b) => byCodeUnit(a.status, b.status),
  id: (a, b) => byCodeUnit(a.id, b.id),
  title: (a, b) => byCodeUnit(a.title.toLowerCase(), b.title.toLowerCase()),
  type: (a, b) => byCodeUnit(a.issue_type, b.issue_type),
  assignee: (a, b) => byCodeUnit(a.assignee ?? "", b.assignee ?? ""),
};

/** Refuses an unknown field. */
export function sortGiven(args: Args): Field | undefined {
  const text = args.text("sort");
  if (text === undefined || text === "") return undefined;
  const field = SORT_FIELDS.find((name) => name === text);
  if (field === undefined)
    throw new Refusal(`invalid sort field ${JSON.stringify(text)} (valid: ${SORT_FIELDS.join(", ")})`);
  return field;
}

export function sortedBy(issues: readonly Issue[], field: Field | undefined, reverse: boolean): Issue[] {
  const sorted = [...issues].sort(byPriority);
  if (field !== undefined) sorted.sort(ORDERS[field]);
  return reverse ? sorted.reverse() : sorted;
}
