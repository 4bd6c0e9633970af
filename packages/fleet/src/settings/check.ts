/** Whether what a person wrote is settings, and what is wrong with it, in words. Pure. */
import { registry } from "@fleet/coders/registry";
import { nearest } from "@fleet/kit/nearest";
import { own } from "@fleet/kit/own";
import type * as z from "zod/mini";

import { accountProblems } from "./accounts/check.ts";
import { literalSecrets } from "./accounts/literal.ts";
import { PROJECT_KEYS } from "./effective/project-schema.ts";
import { LIMITS } from "./limits/limits.ts";
import { unmeasured } from "./limits/measurable.ts";
import { LIVENESS } from "./liveness.ts";
import { type Config, KEYS, settings } from "./schema.ts";

/** It is asked once or twice by a process: code made for a schema, as zod does, costs more than it saves. */
const ONCE = { jitless: true };

export type Checked =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks what was read from YAML; null (an empty file) means all defaults. */
export function checkConfig(value: unknown): Checked {
  const literal = literalSecrets(value);
  const result = settings.safeParse(value ?? {}, ONCE);
  if (result.success) {
    const wrong = [...literal, ...accountProblems(result.data), ...coderProblems(result.data)];
    return wrong.length === 0 ? { ok: true, config: result.data } : { ok: false, problems: wrong };
  }
  const problems = result.error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys") {
      const path = issue.path.map(String);
      return issue.keys.map((key) => `unknown setting ${[...path, key].join(".")}${meant(path, key)}`).join("; ");
    }
    return `${issue.path.join(".") || "config.yaml"}: ${worded(issue, at(value, issue.path))}`;
  });
  return { ok: false, problems: [...literal, ...problems] };
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (from, name) => new Map<PropertyKey, unknown>(Object.entries(from ?? {})).get(String(name)),
    value,
  );

const WANTED: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  record: "a map of names",
  object: "a map of settings",
};

/** Where somebody may have written a key: what stands there is not repeated. */
const MAY_BE_SECRET: ReadonlySet<PropertyKey | undefined> = new Set(["accounts", "env", "coders"]);

function shown(value: unknown, place: PropertyKey | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a map";
  return MAY_BE_SECRET.has(place) ? `a ${typeof value === "string" ? "text" : typeof value}` : JSON.stringify(value);
}

/** What is wrong with a value, as a person would say it. */
function worded(issue: z.core.$ZodIssue, value: unknown): string {
  const given = shown(value, issue.path[0]);
  switch (issue.code) {
    case "invalid_type":
      return `must be ${WANTED[issue.expected] ?? issue.expected}, not ${given}`;
    case "too_small":
      return issue.origin === "string" ? "must not be empty" : `must be at least ${issue.minimum}, not ${given}`;
    case "too_big":
      return `must be at most ${issue.maximum}, not ${given}`;
    case "invalid_value":
      return `must be ${issue.values.join(" or ")}, not ${given}`;
    case "invalid_union":
      return `not understood: ${given}`;
    case "invalid_key":
      return "not a name (letters, digits, dashes)";
    case "invalid_format":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "invalid_element":
    case "custom":
      return issue.message;
  }
}

function coderProblems({ default_coder, coders, limits, projects }: Config): string[] {
  const known = registry(coders);
  const names = [...known.keys()].join(", ");
  const unknown = (place: string, name: string): string => `${place}: unknown coder ${name} (choose from: ${names})`;
  const wrongProjects = Object.entries(projects).flatMap(([dir, { coder }]) =>
    coder === undefined || known.has(coder) ? [] : [unknown(`projects.${dir}.coder`, coder)],
  );
  const wrongLimits = Object.entries(limits).flatMap(([name, read]) => {
    const coder = known.get(name);
    return coder === undefined
      ? [unknown(`limits.${name}`, name)]
      : unmeasured(read.limits, coder).map(({ limit, why }) => `limits.${name}.${limit}: ${why}`);
  });
  const wrongDefault =
    default_coder === undefined || known.has(default_coder) ? [] : [unknown("default_coder", default_coder)];
  return [...wrongLimits, ...wrongProjects, ...wrongDefault];
}

/** What a project's setting is called that has another name for the whole fleet, or stands below another. */
const IN_PROJECT: Readonly<Record<string, string>> = {
  default_coder: "coder",
  default_model: "model",
  max_concurrent: "max",
  task_timeout: "limits.timeout",
  ...Object.fromEntries(LIMITS.map((name) => [name, `limits.${name}`])),
  ...Object.fromEntries(LIVENESS.map((name) => [name, `liveness.${name}`])),
};

function meant(path: readonly string[], key: string): string {
  if (path[0] === "projects" && path.length === 2) {
    const instead = own(IN_PROJECT, key) ?? nearest(key, PROJECT_KEYS);
    return instead === undefined ? ` (a project may set: ${PROJECT_KEYS.join(", ")})` : ` (did you mean ${instead}?)`;
  }
  const best = nearest(key, [...KEYS.keys()]);
  return best === undefined ? " (fleet config show lists all)" : ` (did you mean ${best}? fleet config show lists all)`;
}
