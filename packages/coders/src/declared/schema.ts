/** A coder written in the configuration alone: what may stand there. */
import * as z from "zod/mini";
import { ADJUSTMENTS } from "../adjusted.ts";
import { CAUSES } from "../cause.ts";
import { type Placeholder, Words } from "../template.ts";
import { EVENT_FIELDS, EVENT_KINDS } from "./fields.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const EventRule = z
  .strictObject({
    /** "type" or "item.type" → the value found there. All must hold; a line may fit several rules. */
    when: z.record(z.string(), Scalar),
    event: z.enum(EVENT_KINDS),
    /** A field of the event → the path of its value in the line: "item.name", "content.0.text". */
    fields: z._default(z.record(z.string(), z.string()), {}),
    /** Fields that are the same for every such line: { ok: false }. */
    set: z._default(z.record(z.string(), Scalar), {}),
  })
  .check((rule) => {
    const { event, fields, set } = rule.value;
    const { required, optional } = EVENT_FIELDS[event];
    const known = [...required, ...optional];
    for (const [from, given] of [
      ["fields", fields],
      ["set", set],
    ] as const) {
      for (const name of Object.keys(given).filter((one) => !known.includes(one))) {
        const message = `is not a field of ${event} (${known.join(", ")})`;
        rule.issues.push({ code: "custom", message, path: [from, name], input: given });
      }
    }
    for (const name of required.filter((one) => fields[one] === undefined && set[one] === undefined)) {
      rule.issues.push({ code: "custom", message: `${event} needs ${name}`, path: ["fields"], input: fields });
    }
  });
export type EventRule = z.output<typeof EventRule>;

const Written = z.strictObject({
  /** The executable, looked up on PATH, then its arguments. */
  argv: Words.check(
    z.refine((argv) => typeof argv[0] === "string" && argv[0] !== "", {
      error: "must begin with the command to start",
    }),
  ),
  /** `stdin`: by standard input. `argument`: by {prompt} or {prompt_file}. `script`: {prompt_file} is what is run. */
  prompt: z.enum(["stdin", "argument", "script"]),
  env: z._default(z.record(z.string(), z.string()), {}),
  install: z._default(z.string(), ""),
  version_args: z._default(z.array(z.string()), ["--version"]),
  /** Like `argv`, to resume {session}; without it no session is resumed. */
  resume: z.optional(Words),
  /** Whether exit 0 means that the task is done. */
  exit_zero: z._default(z.enum(["done", "nothing"]), "nothing"),
  /** Error texts, on standard error or in its result, and their causes; the first match counts. */
  causes: z._default(z.array(z.strictObject({ says: z.string().check(z.minLength(1)), cause: z.enum(CAUSES) })), []),
  /** What JSON lines mean; without it every line is text. */
  events: z.optional(z.array(EventRule)),
  ...ADJUSTMENTS,
});

/** What one field says of another. */
export const DeclaredCoder = Written.check(({ value, issues }) => {
  const { argv, prompt, resume } = value;
  const complain = (field: "argv" | "resume", message: string) =>
    issues.push({ code: "custom", message, path: [field], input: value[field] });
  const has = (args: Words, ...names: readonly Placeholder[]) =>
    args.flat().some((word) => names.some((name) => word.includes(`{${name}}`)));
  if (prompt === "argument" && !has(argv, "prompt", "prompt_file")) {
    complain("argv", "needs {prompt} or {prompt_file} for prompt: argument");
  }
  if (prompt === "script" && !has(argv, "prompt_file")) complain("argv", "needs {prompt_file} for prompt: script");
  if (resume !== undefined && !has(resume, "session")) complain("resume", "needs {session}");
});

/** As written. */
export type WrittenCoder = z.input<typeof DeclaredCoder>;
/** With what was left out filled in. */
export type DeclaredCoder = z.output<typeof DeclaredCoder>;
