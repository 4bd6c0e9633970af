/**
 * The queue as tools, named after bd's verbs: each is a line of the same command, so that the same rules hold (a claim belongs
 * to its attempt, a close from inside is a claim of completion). Pure: from what a client sends to that line.
 */
import { isBlank } from "@fleet/kit/text";
import * as z from "zod";

import { CommandError } from "../app/errors.ts";

export interface QueueTool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  /** Whether it changes nothing. */
  readonly reads: boolean;
  /** The words behind `fleet bd`; `own`: the task of this attempt, which is meant where none is named. */
  readonly line: (input: unknown, own: string | undefined) => readonly string[];
}

/** Keeps the type of a tool's input between its schema and its line. */
function tool<S extends z.ZodRawShape>(
  name: string,
  description: string,
  input: S,
  line: (input: z.output<z.ZodObject<S>>, own: string | undefined) => readonly string[],
  reads = false,
): QueueTool {
  const schema = z.object(input);
  return { name, description, input, reads, line: (given, own) => withJson(line(schema.parse(given), own)) };
}

/** In front of the words that are taken as they are. */
function withJson(line: readonly string[]): string[] {
  const end = line.indexOf("--");
  return end < 0 ? [...line, "--json"] : [...line.slice(0, end), "--json", ...line.slice(end)];
}

type Value = string | number | readonly string[] | undefined;

/**
 * `--name=value`, so that no value is taken for an option. An empty text is as good as none: models fill in what they could
 * leave out, and that must not clear what stands there.
 */
function options(given: Readonly<Record<string, Value>>): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values = typeof value === "object" ? value : [value];
    return values.filter((one) => !isBlank(String(one))).map((one) => `--${name}=${one}`);
  });
}

/** Words that are none either. */
const words = (verb: string, flags: readonly string[], ...given: readonly string[]): string[] => [
  verb,
  ...flags,
  "--",
  ...given,
];

/** Without a name bd would take the issue that was last touched in the home: whose, a server of many clients can't know. */
function named(given: string | undefined, own: string | undefined): string {
  const found = given?.trim() || own;
  if (found === undefined)
    throw new CommandError("no issue is named, and this is not an attempt with a task of its own");
  return found;
}

/** An element of a list: one that says nothing must not make a task that waits for nothing, or is checked by nothing. */
const element = z
  .string()
  .min(1)
  .refine((text) => !isBlank(text), "says nothing");
const id = z.string().optional().describe("an issue; left out: the task of this attempt");
const priority = z.number().int().min(0).max(4).optional().describe("0 most urgent, 4 least");
const labels = z.array(z.string()).optional();
const limit = z.number().int().min(0).optional().describe("at most so many; 0: all");

export const QUEUE_TOOLS: readonly QueueTool[] = [
  tool(
    "ready",
    "Tasks that nothing blocks, most urgent first.",
    { limit },
    (input) => ["ready", ...options(input)],
    true,
  ),
  tool(
    "list",
    "Issues by status, label or parent; closed ones only where asked for.",
    {
      status: z.string().optional().describe("open, in_progress, blocked, deferred, closed; several with commas"),
      label: labels,
      parent: z.string().optional(),
      limit,
    },
    (input) => ["list", ...options(input)],
    true,
  ),
  tool(
    "show",
    "One issue with all of its text, edges and comments.",
    { id },
    (input, own) => words("show", [], named(input.id, own)),
    true,
  ),
  tool(
    "create",
    "Makes a task, such as a part of this one (parent) or work found on the way (deps: discovered-from:ID).",
    {
      title: z.string().min(1),
      description: z.string().optional(),
      type: z.string().optional().describe("task, bug, feature, chore, epic, decision"),
      priority,
      parent: z.string().optional(),
      deps: z.array(element).optional().describe("ID (it waits for it) or type:ID, e.g. discovered-from:ID"),
      labels,
      coder: z
        .string()
        .optional()
        .describe("which coder is to do it; left out: the home's setting, in an attempt its own task's"),
      model: z.string().optional(),
      check: z.array(element).optional().describe("commands that must pass before it counts as done"),
      prove: z.array(element).optional().describe("commands that fail before the work and must pass after it"),
      expect: z
        .array(element)
        .optional()
        .describe("what it must leave: commit, path:GLOB, answer (its closing reason), answer:FILE"),
    },
    (input) => ["create", ...options(input)],
  ),
  tool(
    "update",
    "Changes an issue; an empty text changes nothing. status blocked with notes on your own task is a question to a person: stop then.",
    {
      id,
      status: z.string().optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      design: z.string().optional(),
      acceptance: z.string().optional(),
      notes: z.string().optional().describe("replaces the notes"),
      append_notes: z.string().optional().describe("added below the notes"),
      priority,
      add_label: labels,
      remove_label: labels,
    },
    ({ id: given, append_notes, add_label, remove_label, ...flags }, own) =>
      words(
        "update",
        options({ ...flags, "append-notes": append_notes, "add-label": add_label, "remove-label": remove_label }),
        named(given, own),
      ),
  ),
  tool("comment", "Leaves a remark on an issue.", { id, text: z.string().min(1) }, ({ text, ...input }, own) =>
    words("comment", [], named(input.id, own), text),
  ),
  tool(
    "close",
    "Closes an issue. Of your own task this is the claim that it is done, which is checked: do it last.",
    {
      id,
      reason: z.string().min(1).describe("what you did, in one line; of a task that is for an answer: the answer"),
      no_change: z.boolean().optional().describe("nothing has to change: the reason says why, and a person decides"),
    },
    ({ reason, no_change: noChange, ...input }, own) =>
      words("close", [...options({ reason }), ...(noChange === true ? ["--no-change"] : [])], named(input.id, own)),
  ),
  tool(
    "dep_add",
    "Makes an issue wait for another (type blocks), or relates them.",
    { issue: z.string().min(1), depends_on: z.string().min(1), type: z.string().optional() },
    ({ issue, depends_on, type }) => ["dep", ...words("add", options({ type }), issue, depends_on)],
  ),
  tool(
    "remember",
    "Keeps an insight for all later tasks.",
    { text: z.string().min(1), key: z.string().optional().describe("to find it by; an existing one is replaced") },
    ({ text, key }) => words("remember", options({ key }), text),
  ),
  tool("recall", "One memory by its key.", { key: z.string().min(1) }, ({ key }) => words("recall", [], key), true),
  tool(
    "memories",
    "Memories, all or those with a text in them.",
    { search: z.string().optional() },
    ({ search }) => words("memories", [], ...(search === undefined ? [] : [search])),
    true,
  ),
];
