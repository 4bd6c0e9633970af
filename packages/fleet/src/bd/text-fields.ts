/**
 * The long texts of create and update: from a flag, from standard input by `-`, or from a file. An unexpectedly empty text is refused
 * unless a flag confirms it, so that a failing program can't erase what people wrote.
 */
import { isBlank } from "@fleet/kit/text";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { readText } from "./texts.ts";
import type { Flags } from "./verb.ts";

export const TEXT_FIELD_FLAGS: Flags = {
  description: { type: "string", short: "d", help: "Issue description (use - for stdin)" },
  body: { type: "string", hidden: true, help: "Alias for --description" },
  message: { type: "string", short: "m", hidden: true, help: "Alias for --description" },
  "body-file": { type: "string", help: "Read description from file (use - for stdin)" },
  "description-file": { type: "string", hidden: true, help: "Alias for --body-file" },
  stdin: { type: "bool", help: "Read description from stdin (alias for --body-file -)" },
  design: { type: "string", help: "Design notes (use - for stdin)" },
  "design-file": { type: "string", help: "Read design from file (use - for stdin)" },
  acceptance: { type: "string", help: "Acceptance criteria (use - for stdin)" },
  "acceptance-criteria": { type: "string", hidden: true, help: "Alias for --acceptance" },
  notes: { type: "string", help: "Additional notes (use - for stdin)" },
  "append-notes": { type: "string", help: "Append to existing notes (with newline separator; use - for stdin)" },
  "allow-empty": { type: "bool", help: "Let an empty text clear its field" },
  "allow-empty-description": { type: "bool", hidden: true, help: "As --allow-empty, for the description alone" },
};

type Name = "description" | "design" | "acceptance_criteria" | "notes" | "appendNotes";
export type TextFields = { readonly [K in Name]?: string };

/** A text's source, and its flag. */
interface Source {
  readonly flag: string;
  readonly from:
    | { readonly kind: "flag"; readonly text: string }
    | { readonly kind: "stdin" | "file"; readonly file: string };
}

/** bd reports these on stderr for every verb. */
const conflict = (message: string): Refusal => new Refusal(message, { family: "stderr" });

const fromFlag = (flag: string, text: string): Source =>
  text === "-" ? fromFile(flag, "-") : { flag, from: { kind: "flag", text } };
const fromFile = (flag: string, file: string): Source => ({
  flag,
  from: { kind: file === "-" ? "stdin" : "file", file },
});

/** The text of these flags, undefined if none is given. */
function plain(args: Args, flags: readonly string[]): Source | undefined {
  const flag = flags.find((name) => args.has(name));
  return flag === undefined ? undefined : fromFlag(flag, args.text(flag) ?? "");
}

/** Different texts by two flags are refused. */
function descriptionSource(args: Args): Source | undefined {
  const named = ["description", "body", "message"].filter((flag) => args.has(flag));
  const texts = [...new Set(named.map((flag) => args.text(flag) ?? ""))];
  const files = ["body-file", "description-file"].filter((flag) => args.has(flag));
  const fromStdin = args.flag("stdin");
  if (files.length > 1 && args.text("body-file") !== args.text("description-file"))
    throw conflict("cannot specify both --body-file and --description-file with different values");
  if (fromStdin && files.length > 0) throw conflict("cannot specify both --stdin and --body-file");
  if ((fromStdin || files.length > 0) && named.length > 0)
    throw conflict(`cannot specify both --${fromStdin ? "stdin" : "body-file"} and --description/--body/--message`);
  if (texts.length > 1) throw conflict("cannot specify multiple description flags with different values");
  const [file] = files;
  if (file !== undefined) return fromFile(file, args.text(file) ?? "");
  return fromStdin ? fromFile("stdin", "-") : plain(args, named);
}

function designSource(args: Args): Source | undefined {
  if (!args.has("design-file")) return plain(args, ["design"]);
  if (args.has("design")) throw conflict("cannot specify both --design-file and --design");
  return fromFile("design-file", args.text("design-file") ?? "");
}

function sourcesOf(args: Args): [Name, Source][] {
  const sources: [Name, Source | undefined][] = [
    ["description", descriptionSource(args)],
    ["design", designSource(args)],
    ["acceptance_criteria", plain(args, ["acceptance", "acceptance-criteria"])],
    ["notes", plain(args, ["notes"])],
    ["appendNotes", plain(args, ["append-notes"])],
  ];
  return sources.flatMap(([name, source]): [Name, Source][] => (source === undefined ? [] : [[name, source]]));
}

/** Standard input can be read only once. */
function checkStdin(args: Args, sources: readonly (readonly [Name, Source])[]): void {
  const wanting = sources.flatMap(([, { flag, from }]) => (from.kind === "stdin" ? [`--${flag}`] : []));
  if (args.text("metadata") === "@-") wanting.push("--metadata");
  if (wanting.length > 1) throw conflict(`only one text can come from stdin, and ${wanting.join(" and ")} want it`);
}

const FIELD_NAMES: Readonly<Record<Name, string>> = {
  description: "description",
  design: "design",
  acceptance_criteria: "acceptance criteria",
  notes: "notes",
  appendNotes: "notes to append",
};

function emptyText(name: Name, { flag, from }: Source): Refusal {
  const where = from.kind === "flag" ? "" : from.kind === "stdin" ? " from stdin" : ` from ${from.file}`;
  return conflict(`empty ${FIELD_NAMES[name]}${where} (--${flag}); an empty text is taken only with --allow-empty`);
}

/**
 * The given texts. `clears`: for an existing issue, whose field an empty text clears; for a new one an empty flag counts as absent.
 */
export async function textFieldsGiven(
  ctx: Ctx,
  args: Args,
  options: { readonly clears: boolean },
): Promise<TextFields> {
  const sources = sourcesOf(args);
  checkStdin(args, sources);
  const fields: { [K in Name]?: string } = {};
  for (const [name, source] of sources) {
    const { flag, from } = source;
    const text = from.kind === "flag" ? from.text : await readText(ctx, from.file, `reading ${wordOf(flag)} file`);
    if (!isBlank(text)) fields[name] = text;
    else if (name === "appendNotes" && from.kind === "flag") continue;
    else if (isAllowed(args, name)) fields[name] = "";
    else if (options.clears || from.kind !== "flag") throw emptyText(name, source);
  }
  return fields;
}

const wordOf = (flag: string): string => flag.replace(/-file$/, "").replace("stdin", "body");

const isAllowed = (args: Args, name: Name): boolean =>
  args.flag("allow-empty") || (name === "description" && args.flag("allow-empty-description"));
