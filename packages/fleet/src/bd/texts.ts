/** Texts that come from flags, files or standard input: descriptions, designs, comments, metadata. */
import { parseExact } from "@fleet/kit/exact-json";
import { TOO_DEEP, tooDeepAt } from "@fleet/kit/json";
import { readGiven } from "@fleet/kit/given";
import { errno } from "@fleet/kit/errors";

import { fromCwd } from "../cwd.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import type { Flags } from "./verb.ts";

/** The flags of create and update that carry texts. */
export const TEXT_FIELD_FLAGS: Flags = {
  description: { type: "string", short: "d", help: "Issue description" },
  body: { type: "string", hidden: true, help: "Alias for --description" },
  message: { type: "string", short: "m", hidden: true, help: "Alias for --description" },
  "body-file": { type: "string", help: "Read description from file (use - for stdin)" },
  "description-file": { type: "string", hidden: true, help: "Alias for --body-file" },
  stdin: { type: "bool", help: "Read description from stdin (alias for --body-file -)" },
  design: { type: "string", help: "Design notes" },
  "design-file": { type: "string", help: "Read design from file (use - for stdin)" },
  acceptance: { type: "string", help: "Acceptance criteria" },
  "acceptance-criteria": { type: "string", hidden: true, help: "Alias for --acceptance" },
  notes: { type: "string", help: "Additional notes" },
  "append-notes": { type: "string", help: "Append to existing notes (with newline separator)" },
};

const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "no such file or directory",
  EISDIR: "is a directory",
  EACCES: "permission denied",
};

/** The words for a file that can't be read or written. */
export const fileTrouble = (error: unknown): string =>
  FILE_TROUBLE[errno(error) ?? ""] ?? (error instanceof Error ? error.message : String(error));

/** A file of the caller's, or standard input for "-". */
export async function readText(ctx: Ctx, file: string, what: string): Promise<string> {
  if (file === "-") return await ctx.io.stdin();
  const path = fromCwd(ctx.io, file);
  try {
    return readGiven(path);
  } catch (error) {
    throw new Refusal(`${what}: open ${file}: ${fileTrouble(error)}`, { cause: error });
  }
}

/** bd refuses these on stderr, whichever verb they are given to. */
const conflict = (message: string): Refusal => new Refusal(message, { family: "stderr" });

/** The description that is meant, undefined where none is given. Two that differ are refused. */
export async function descriptionGiven(ctx: Ctx, args: Args): Promise<string | undefined> {
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
  if (file !== undefined) return await readText(ctx, args.text(file) ?? "", "reading body file");
  // `--description -` reads standard input, as bd does for agents that pipe.
  return fromStdin || texts[0] === "-" ? await ctx.io.stdin() : texts[0];
}

export async function designGiven(ctx: Ctx, args: Args): Promise<string | undefined> {
  if (!args.has("design-file")) return args.text("design");
  if (args.has("design")) throw conflict("cannot specify both --design-file and --design");
  return await readText(ctx, args.text("design-file") ?? "", "reading design file");
}

export const acceptanceGiven = (args: Args): string | undefined =>
  args.text("acceptance") ?? args.text("acceptance-criteria");

/** `--metadata '{…}'` or `@file`: an object. */
export async function metadataGiven(ctx: Ctx, args: Args): Promise<Record<string, unknown> | undefined> {
  const given = args.text("metadata");
  if (given === undefined) return undefined;
  const text = given.startsWith("@")
    ? await readText(ctx, given.slice(1), `failed to read metadata file ${given.slice(1)}`)
    : given;
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    const why = tooDeepAt(text) === undefined ? "must be valid JSON" : TOO_DEEP;
    throw new Refusal(`invalid JSON in --metadata: ${why}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refusal("invalid JSON in --metadata: must be a JSON object");
  return { ...value };
}
