/** One line → events, by the rules written in the configuration. */
import * as z from "zod/mini";
import type { CoderEvent } from "../events.ts";
import { parseJson } from "@fleet/kit/json";
import { read, unrecognised } from "../json.ts";
import { never } from "../never.ts";
import { printed } from "../tools.ts";
import { VALUES } from "./fields.ts";
import type { EventRule } from "./schema.ts";

/** A JSON line that no rule fits says nothing; what is no JSON, or does not fit its rule's event, is unrecognised. */
export function decodeByRules(rules: readonly EventRule[], line: string): readonly CoderEvent[] {
  if (line.trim() === "") return [];
  const value = parseJson(line);
  if (typeof value !== "object" || value === null) return [unrecognised(line)];
  return rules
    .filter(({ when }) => Object.entries(when).every(([path, wanted]) => at(value, path) === wanted))
    .map((rule) => event(rule, value) ?? unrecognised(line));
}

function event(rule: EventRule, line: unknown): CoderEvent | undefined {
  const found = Object.entries(rule.fields).map(([field, path]) => [field, at(line, path)] as const);
  const given = { ...rule.set, ...Object.fromEntries(found.filter(([, value]) => value !== undefined)) };
  switch (rule.event) {
    case "tool-started": {
      const values = read(VALUES["tool-started"], given);
      return values && { kind: "tool-started", ...named(values) };
    }
    case "tool-finished": {
      const values = read(VALUES["tool-finished"], given);
      return values && { kind: "tool-finished", ...named(values), ok: values.ok, ...printed(values.output) };
    }
    case "limit": {
      const values = read(VALUES.limit, given);
      if (values === undefined) return undefined;
      const until = moment(values.until);
      const { state, scope, window, utilization, detail = "" } = values;
      return {
        kind: "limit",
        state,
        scope,
        ...(until === undefined ? {} : { until }),
        ...(window === undefined ? {} : { window }),
        ...(utilization === undefined ? {} : { utilization }),
        detail,
      };
    }
    case "result": {
      const values = read(VALUES.result, given);
      if (values === undefined) return undefined;
      const { ok, text = "", cause } = values;
      return { kind: "result", ok, text, ...(cause === undefined ? {} : { cause }) };
    }
    case "session-started": {
      const values = read(VALUES["session-started"], given);
      if (values === undefined) return undefined;
      const { session, model } = values;
      return { kind: "session-started", session, ...(model === undefined ? {} : { model }) };
    }
    case "usage": {
      const values = read(VALUES.usage, given);
      return values && { kind: "usage", ...numbers(values) };
    }
    case "text":
    case "question": {
      const values = read(VALUES.text, given);
      return values && { kind: rule.event, text: values.text };
    }
    case "waiting": {
      const values = read(VALUES.waiting, given);
      return values && { kind: "waiting", for: values.for, text: values.text };
    }
    case "background": {
      const values = read(VALUES.background, given);
      return values && { kind: "background", open: values.open };
    }
    case "error": {
      const values = read(VALUES.error, given);
      return values && { kind: "error", message: values.message };
    }
    default:
      return never(rule.event);
  }
}

/** Without an id of its own a tool goes by its name: one of each at a time. */
function named({ id, tool, summary = "" }: { id?: string | undefined; tool: string; summary?: string | undefined }) {
  return { id: id ?? tool, tool, summary };
}

type Numbers = Omit<Extract<CoderEvent, { kind: "usage" }>, "kind">;

function numbers(values: z.output<typeof VALUES.usage>): Numbers {
  const { input, output, costUsd, turns, context, window } = values;
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(turns === undefined ? {} : { turns }),
    ...(context === undefined ? {} : { context }),
    ...(window === undefined ? {} : { window }),
  };
}

/** A number is a time in seconds since 1970. */
function moment(value: string | number | undefined): string | undefined {
  if (value === undefined) return undefined;
  const date = new Date(typeof value === "number" ? value * 1_000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

const Container = z.record(z.string(), z.unknown());

/** The value at a dotted path; digits go into lists. Only a line's own fields are found. */
function at(value: unknown, path: string): unknown {
  let here: unknown = value;
  for (const step of path.split(".")) {
    if (Array.isArray(here)) {
      here = /^\d+$/.test(step) ? here[Number(step)] : undefined;
    } else {
      const fields = read(Container, here);
      here = fields !== undefined && Object.hasOwn(fields, step) ? fields[step] : undefined;
    }
  }
  return here;
}
