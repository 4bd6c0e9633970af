/** What is wrong with a written coder, one line each, naming the place: "coders.mine.events[2].event: …". */
import type * as z from "zod/mini";

export function problems(name: string, error: z.core.$ZodError): readonly string[] {
  return error.issues.flatMap((issue) => explain(`coders.${name}`, issue));
}

function explain(from: string, issue: z.core.$ZodIssue): readonly string[] {
  const path = issue.path.reduce<string>(
    (place, step) => (typeof step === "number" ? `${place}[${step}]` : `${place}.${String(step)}`),
    from,
  );
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${path}.${key}: no such setting`);
  return [`${path}: ${what(issue)}`];
}

function what(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `must be ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "invalid_union") return union(issue);
  if (issue.code !== "invalid_type") return issue.message;
  return issue.input === undefined ? `is missing (${issue.expected})` : `must be of type ${issue.expected}`;
}

/** The alternative that came furthest: the one whose complaint is not about the type of the whole. */
function union(issue: z.core.$ZodIssueInvalidUnion): string {
  const nearest = issue.errors.flat().find(({ code }) => code !== "invalid_type");
  if (nearest !== undefined) return nearest.message;
  const types = issue.errors.flatMap(([first]) => (first?.code === "invalid_type" ? [first.expected] : []));
  return types.length === 0 ? issue.message : `must be of type ${[...new Set(types)].join(" or ")}`;
}
