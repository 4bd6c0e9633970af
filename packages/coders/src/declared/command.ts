/** The argument templates, filled in. */
import { promptArgument } from "../argument.ts";
import type { CoderCommand, CoderRequest } from "../coder.ts";
import type { DeclaredCoder, Placeholder } from "./schema.ts";

type Values = Readonly<Record<Placeholder, string | undefined>>;

export function command(written: DeclaredCoder, request: CoderRequest): CoderCommand {
  const resuming = written.resume !== undefined && request.resume !== undefined;
  const values: Values = {
    prompt: promptArgument(request),
    prompt_file: request.promptFile,
    model: request.model,
    session: resuming ? request.resume : request.sessionId,
    scratch: request.scratch,
    cwd: request.cwd,
  };
  const template = resuming && written.resume !== undefined ? written.resume : written.argv;
  const [file = "", ...args] = template.flatMap((part) => fill(part, values));
  return { file, args, env: written.env, stdin: written.prompt === "stdin" ? "prompt" : "null" };
}

/** Nothing when a placeholder in it has no value. */
function fill(part: string | readonly string[], values: Values): readonly string[] {
  const words = (typeof part === "string" ? [part] : part).map((word) => fillWord(word, values));
  const filled = words.filter((word) => word !== undefined);
  return filled.length === words.length ? filled : [];
}

/** One pass: what was filled in is not looked at again, whatever braces a prompt holds. */
function fillWord(word: string, values: Values): string | undefined {
  let missing = false;
  const filled = word.replaceAll(/\{(prompt|prompt_file|model|session|scratch|cwd)\}/g, (_, name: Placeholder) => {
    const value = values[name];
    missing ||= value === undefined;
    return value ?? "";
  });
  return missing ? undefined : filled;
}
