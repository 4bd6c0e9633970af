/** A coder made of its written form: minutes and no code. */
import * as z from "zod/mini";
import { PROVIDERS } from "../cause.ts";
import type { Coder } from "../coder.ts";
import { decodeText } from "../plain.ts";
import { classifyExit, classifyStream } from "../verdict.ts";
import { command } from "./command.ts";
import { decodeByRules } from "./decode.ts";
import { problems } from "./problems.ts";
import { DeclaredCoder } from "./schema.ts";

export { DeclaredCoder, type WrittenCoder } from "./schema.ts";

export type ReadCoder<T = DeclaredCoder> =
  | { readonly ok: true; readonly written: T }
  /** One line per mistake, naming its place. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** The settings of coder `name`, out of a configuration file. */
export const readDeclared = (name: string, value: unknown): ReadCoder => readWritten(DeclaredCoder, name, value);

export function readWritten<T>(schema: z.ZodMiniType<T>, name: string, value: unknown): ReadCoder<T> {
  const parsed = z.safeParse(schema, value, { reportInput: true });
  return parsed.success ? { ok: true, written: parsed.data } : { ok: false, problems: problems(name, parsed.error) };
}

export function declared(name: string, written: DeclaredCoder): Coder<null> {
  const rules = written.events;
  const reports = (event: string) => rules?.some((rule) => rule.event === event) ?? false;
  const tells = (field: string) =>
    rules?.some(({ event, fields }) => event === "usage" && fields[field] !== undefined) ?? false;
  const own = written.causes.map(
    ({ says, cause }) => [new RegExp(says.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), "i"), cause] as const,
  );
  const sentences = [...own, ...PROVIDERS];
  return {
    name,
    capabilities: {
      prompt: written.prompt,
      resumes: written.resume !== undefined,
      reportsTools: reports("tool-finished"),
      reportsToolStarts: reports("tool-started"),
      reportsUsage: reports("usage"),
      reportsCost: tells("costUsd"),
      reportsTurns: tells("turns"),
      reportsLimits: reports("limit"),
      needsTerminal: false,
      takesMcp: false,
      exitZero: written.exit_zero,
    },
    probe: { file: String(written.argv[0]), versionArgs: written.version_args },
    install: written.install,
    signIn: () => ({ variables: [], files: [], elsewhere: true }),
    command: (request) => command(written, request),
    start: () => null,
    decode: (line, state) =>
      rules === undefined ? decodeText(line, state) : { state, events: decodeByRules(rules, line) },
    // A coder that prints its result is asked for it; of any other only the exit code is known.
    classify: (exit, facts, stderrTail) =>
      (reports("result") ? classifyStream : classifyExit)(exit, facts, stderrTail, sentences),
  };
}
