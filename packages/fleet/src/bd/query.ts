/** The language of `bd query`: field comparisons, AND, OR, NOT, parentheses (beads 1.0.5). */
import { own } from "@fleet/kit/own";
import { parentOf } from "@fleet/store/graph";
import { isPinned, type Issue } from "@fleet/store/issue";
import type { Meta } from "@fleet/store/meta";
import { isStatus, priorityOf, typeOf } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import { parseDate } from "./dates.ts";
import { Refusal } from "./errors.ts";
import { priorityTrouble, statusesGiven, type Test, typeGiven } from "./filters.ts";

type Operator = "=" | "!=" | ">" | ">=" | "<" | "<=";
type Node =
  | { readonly kind: "and" | "or"; readonly left: Node; readonly right: Node }
  | { readonly kind: "not"; readonly inner: Node }
  | { readonly kind: "compare"; readonly field: string; readonly operator: Operator; readonly value: string };

const OPERATORS: readonly string[] = ["=", "!=", ">", ">=", "<", "<="];
const isOperator = (text: string | undefined): text is Operator => text !== undefined && OPERATORS.includes(text);

interface Word {
  readonly text: string;
  /** A quoted word is never an operator or keyword. */
  readonly quoted: boolean;
}

function words(text: string): Word[] {
  const found: Word[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(!=|>=|<=|[=<>()])|([^\s=<>!()"']+))/y;
  while (text.slice(pattern.lastIndex).trim() !== "") {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null)
      throw new Refusal(
        `parsing query: unexpected ${JSON.stringify(text.slice(at).trim()[0] ?? "")} at position ${at}`,
      );
    const [, double, single, sign, bare] = match;
    const quoted = double ?? single;
    found.push(
      quoted === undefined
        ? { text: sign ?? bare ?? "", quoted: false }
        : { text: quoted.replaceAll(/\\(.)/g, "$1"), quoted: true },
    );
  }
  return found;
}

const FIELDS = new Set(
  "status priority type assignee owner label title description desc notes created updated started closed id spec pinned ephemeral template parent mol_type".split(
    " ",
  ),
);

export function parseQuery(text: string): Node {
  const left = words(text);
  const next = (): string | undefined => (left[0]?.quoted === false ? left[0].text : undefined);
  const keyword = (word: string): boolean => {
    if (next()?.toUpperCase() !== word) return false;
    left.shift();
    return true;
  };
  const expected = (what: string): Refusal =>
    new Refusal(
      `parsing query: expected ${what}, got ${left[0] === undefined ? "the end" : JSON.stringify(left[0].text)}`,
    );
  const depthLimit = 200;
  let depth = 0;
  const either = (): Node => {
    let node = both();
    while (keyword("OR")) node = { kind: "or", left: node, right: both() };
    return node;
  };
  const both = (): Node => {
    let node = one();
    while (keyword("AND")) node = { kind: "and", left: node, right: one() };
    return node;
  };
  const one = (): Node => {
    if (++depth > depthLimit) throw new Refusal("parsing query: too deeply nested");
    if (keyword("NOT")) return { kind: "not", inner: one() };
    if (keyword("(")) {
      const node = either();
      if (!keyword(")")) throw expected('")"');
      return node;
    }
    const field = left.shift();
    if (field === undefined) throw expected("a field, such as status=open");
    if (field.quoted || !FIELDS.has(field.text.toLowerCase())) {
      throw new Refusal(
        `parsing query: unknown field ${JSON.stringify(field.text)} (fields: ${[...FIELDS].join(", ")})`,
      );
    }
    const operator = next();
    if (!isOperator(operator)) throw expected("=, !=, <, <=, > or >=");
    left.shift();
    const value = left.shift();
    if (value === undefined) throw expected("a value");
    return { kind: "compare", field: field.text.toLowerCase(), operator, value: value.text };
  };
  const node = either();
  if (left.length > 0) throw expected("AND, OR or the end");
  return node;
}

function ordered(difference: number, operator: Operator): boolean {
  switch (operator) {
    case "=":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
  }
}

/** Only `=` and `!=` make sense for the field. */
function equality(field: string, operator: Operator, holds: Test): Test {
  if (operator === "=") return holds;
  if (operator === "!=") return (issue) => !holds(issue);
  throw new Refusal(`parsing query: field ${field} takes = and != only`);
}

const DATES: Readonly<Record<string, "created_at" | "updated_at" | "started_at" | "closed_at">> = {
  created: "created_at",
  updated: "updated_at",
  started: "started_at",
  closed: "closed_at",
};

function dateTest(
  field: "created_at" | "updated_at" | "started_at" | "closed_at",
  operator: Operator,
  value: string,
  now: number,
): Test {
  // A plain duration means the past: updated>7d is "within the last seven days".
  const date = parseDate(/^\d+[hdwmy]$/.test(value) ? `-${value}` : value, now);
  if (date === undefined) throw new Refusal(`parsing query: invalid date ${JSON.stringify(value)}`);
  return (issue) => issue[field] !== undefined && ordered(millis(issue[field]) - millis(date), operator);
}

const lower = (text: string | undefined): string => (text ?? "").toLowerCase();

function wildcard(pattern: string): (text: string) => boolean {
  const parts = pattern
    .toLowerCase()
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const regex = new RegExp(`^${parts.join(".*")}$`);
  return (text) => regex.test(text.toLowerCase());
}

function compare(node: Node & { kind: "compare" }, meta: Meta, now: number): Test {
  const { field, operator, value } = node;
  const none = value.toLowerCase() === "none";
  const text = (read: (issue: Issue) => string | undefined): Test =>
    equality(field, operator, (issue) =>
      none ? lower(read(issue)) === "" : lower(read(issue)) === value.toLowerCase(),
    );
  const part = (read: (issue: Issue) => string | undefined): Test =>
    equality(field, operator, (issue) =>
      none ? lower(read(issue)) === "" : lower(read(issue)).includes(value.toLowerCase()),
    );
  const flag = (read: (issue: Issue) => boolean | undefined): Test => {
    const wanted = value.toLowerCase();
    if (wanted !== "true" && wanted !== "false")
      throw new Refusal(`parsing query: invalid ${field} ${JSON.stringify(value)} (valid: true, false)`);
    return equality(field, operator, (issue) => (read(issue) === true) === (wanted === "true"));
  };
  const date = own(DATES, field);
  if (date !== undefined) return dateTest(date, operator, value, now);
  switch (field) {
    case "priority": {
      const priority = priorityOf(value);
      if (priority === undefined) throw new Refusal(`parsing query: ${priorityTrouble(value)}`);
      return (issue) => ordered(issue.priority - priority, operator);
    }
    case "status": {
      const statuses = statusesGiven(meta, isStatus(meta, value) ? value : value.toLowerCase());
      return equality(field, operator, (issue) => statuses.includes(issue.status));
    }
    case "type": {
      const type = typeGiven(meta, typeOf(meta, value) ?? value.toLowerCase());
      return equality(field, operator, (issue) => issue.issue_type === type);
    }
    case "assignee":
      return text((issue) => issue.assignee);
    case "owner":
      return text((issue) => issue.owner);
    case "label":
      return equality(field, operator, (issue) =>
        none ? (issue.labels ?? []).length === 0 : issue.labels?.includes(value) === true,
      );
    case "title":
      return part((issue) => issue.title);
    case "desc":
    case "description":
      return part((issue) => issue.description);
    case "notes":
      return part((issue) => issue.notes);
    case "id": {
      const fits = wildcard(value);
      return equality(field, operator, (issue) => fits(issue.id));
    }
    case "spec": {
      const fits = wildcard(value);
      return equality(field, operator, (issue) => fits(issue.spec_id ?? ""));
    }
    case "pinned":
      return flag(isPinned);
    case "ephemeral":
      return flag((issue) => issue.ephemeral);
    case "template":
      return flag((issue) => issue.is_template);
    case "parent":
      return text(parentOf);
    default:
      return equality(field, operator, () => false);
  }
}

/** The query's predicate; `now` is the reference of relative dates. */
export function testOfQuery(node: Node, meta: Meta, now: number): Test {
  switch (node.kind) {
    case "and": {
      const [left, right] = [testOfQuery(node.left, meta, now), testOfQuery(node.right, meta, now)];
      return (issue) => left(issue) && right(issue);
    }
    case "or": {
      const [left, right] = [testOfQuery(node.left, meta, now), testOfQuery(node.right, meta, now)];
      return (issue) => left(issue) || right(issue);
    }
    case "not": {
      const inner = testOfQuery(node.inner, meta, now);
      return (issue) => !inner(issue);
    }
    case "compare":
      return compare(node, meta, now);
  }
}

/** True when the query itself selects by status; else closed issues are left out. */
export function namesStatus(node: Node): boolean {
  switch (node.kind) {
    case "and":
    case "or":
      return namesStatus(node.left) || namesStatus(node.right);
    case "not":
      return namesStatus(node.inner);
    case "compare":
      return node.field === "status" || node.field === "closed";
  }
}
