/** Texts that come from files or standard input, and metadata. */
import { parseExact } from "@fleet/kit/exact-json";
import { TOO_DEEP, tooDeepAt } from "@fleet/kit/json";
import { readGivenBytes } from "@fleet/kit/given";
import { errno } from "@fleet/kit/errors";

import { fromCwd } from "../app/cwd.ts";
import { readableText, stdinText } from "../app/stdin.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";

const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "no such file or directory",
  EISDIR: "is a directory",
  EACCES: "permission denied",
};

/** The message for a file that can't be read or written. */
export const fileTrouble = (error: unknown): string =>
  FILE_TROUBLE[errno(error) ?? ""] ?? (error instanceof Error ? error.message : String(error));

/** A file, or standard input for "-". */
export async function readText(ctx: Ctx, file: string, what: string): Promise<string> {
  if (file === "-") return await stdinText({ err: ctx.sink.warn, stdin: ctx.io.stdin });
  const path = fromCwd(ctx.io, file);
  try {
    return readableText({ err: ctx.sink.warn }, readGivenBytes(path), file);
  } catch (error) {
    throw new Refusal(`${what}: open ${file}: ${fileTrouble(error)}`, { cause: error });
  }
}

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
