/** Words with placeholders, as a person writes them in config.yaml, and what they become for one run. Pure. */
import * as z from "zod/mini";
import { promptArgument } from "./argument.ts";
import type { CoderRequest } from "./coder.ts";

/** Placeholders that are replaced within a word. `{session}`: the run's new id, or the one to resume. */
const PLACEHOLDERS = ["prompt", "prompt_file", "model", "session", "scratch", "cwd"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const NAMES: ReadonlySet<string> = new Set(PLACEHOLDERS);

export const Word = z.string().check(
  z.refine((word) => [...word.matchAll(/\{([a-z_]+)\}/g)].every(([, name]) => NAMES.has(name ?? "")), {
    error: `has a placeholder that is none of ${PLACEHOLDERS.map((name) => `{${name}}`).join(" ")}`,
  }),
);

/** A list inside the list is kept or dropped as one: ["--model", "{model}"] goes when no model is asked for. */
export const Words = z.array(z.union([Word, z.array(Word)]));
export type Words = z.output<typeof Words>;

/** `session`: which one it is to be. */
export function filled(words: Words, request: CoderRequest, session = request.resume ?? request.sessionId): string[] {
  const values: Values = {
    prompt: promptArgument(request),
    prompt_file: request.promptFile,
    model: request.model,
    session,
    scratch: request.scratch,
    cwd: request.cwd,
  };
  return words.flatMap((part) => fill(part, values));
}

type Values = Readonly<Record<Placeholder, string | undefined>>;

/** Nothing when a placeholder in it has no value. */
function fill(part: string | readonly string[], values: Values): readonly string[] {
  const words = (typeof part === "string" ? [part] : part).map((word) => fillWord(word, values));
  const known = words.filter((word) => word !== undefined);
  return known.length === words.length ? known : [];
}

/** One pass: what was filled in is not looked at again, whatever braces a prompt holds. */
function fillWord(word: string, values: Values): string | undefined {
  let missing = false;
  const text = word.replaceAll(/\{(prompt|prompt_file|model|session|scratch|cwd)\}/g, (_, name: Placeholder) => {
    const value = values[name];
    missing ||= value === undefined;
    return value ?? "";
  });
  return missing ? undefined : text;
}
