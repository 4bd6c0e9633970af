/** The records of an attempt and its end, decoded. One schema for each file; unknown fields are ignored. */
import { statSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { createExclusive, removeFile, replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";
import { readText } from "@fleet/kit/read";
import { type Redact, redactedJson } from "@fleet/kit/redact";
import * as z from "zod/mini";

import { EVIDENCE_LEVELS } from "../../settings/evidence.ts";
import { LIMITS, type LimitName } from "../../settings/limits/limits.ts";
import { GRADES } from "../evidence/grade.ts";
import type { Measure } from "../limits/measure.ts";
import { traceTarget } from "../ran/target.ts";
import { FILES } from "./files.ts";
import { onBase } from "./on-base.ts";
import { BECOMES, HOLDS, type Outcome, OUTCOMES, PARKS } from "./outcome.ts";
import { spent } from "./spent.ts";
import { usage } from "./usage.ts";

const attempt = z.object({
  uuid: z.string(),
  n: z.number(),
  task: z.string(),
  coder: z.string(),
  /** The account's name in the settings; that of the coder where it has none there. */
  account: z.string(),
  model: z.optional(z.string()),
  cwd: z.string(),
  /** The task's own directory, where it works in a clone of that. */
  source: z.optional(z.string()),
  /** The command without secrets: what the coder's adapter made. */
  file: z.string(),
  args: z.array(z.string()),
  /** The coder's session: what `--resume` takes. */
  session: z.string(),
  resumed: z.optional(z.boolean()),
  /** RFC 3339, for people. */
  created_at: z.string(),
  /** Milliseconds of CLOCK_MONOTONIC, comparable between processes of one boot: for timeouts. */
  monotonic: z.number(),
  boot: z.string(),
  /** Where its pids mean something: the place of kit/process/id. Absent: on this machine. */
  machine: z.optional(z.string()),
  timeout_ms: z.optional(z.number()),
  /** Its limits beside the time: milliseconds, and counts. */
  limits: z.optional(
    z.object({
      idle: z.optional(z.number()),
      turns: z.optional(z.number()),
      tokens: z.optional(z.number()),
      usd: z.optional(z.number()),
    }),
  ),
  /** The usage of earlier attempts of the task: a limit on tokens or cost is the task's. */
  spent: z.optional(spent),
  /** The usage of earlier attempts in the resumed session: some coders report totals of the whole session. */
  counted: z.optional(z.object({ input: z.number(), output: z.number(), costUsd: z.number() })),
  /** The price of an input token, as an earlier attempt with the model reported it. */
  price: z.optional(z.number()),
  /** HEAD of the directory's repository, where it is one. */
  base_commit: z.optional(z.string()),
  /** Where it works, as far as others are concerned: the top of its git working tree, or its directory. */
  place: z.optional(z.object({ path: z.string(), git: z.boolean(), repository: z.optional(z.string()) })),
  /** The attempt where the work of its task began, where that is an earlier one. */
  base: z.optional(z.string()),
  /** The requirements when it began; the attempt can't change them. */
  asked: z.optional(
    z.object({
      checks: z.array(z.string()),
      expect: z.array(z.string()),
      allow: z.array(z.string()),
      deny: z.array(z.string()),
      prove: z._default(z.array(z.string()), []),
      ignores_case: z.optional(z.boolean()),
      check_paths: z._default(z.array(z.string()), []),
      tests_are_work: z._default(z.boolean(), false),
      evidence: z._default(z.enum(EVIDENCE_LEVELS), "activity"),
    }),
  ),
  /** The expected answer file, as it was when the task began. */
  answer_before: z.optional(z.string()),
  /** How the commands of `--prove` failed on the base. */
  on_base: z.optional(z.array(onBase)),
  check_timeout_ms: z.optional(z.number()),
  /** Settings that its coder keeps by directory and that were taken over from the source of its clone, in words. */
  of_source: z.optional(z.array(z.string())),
  /** The file of settings that switches off what refuses a write outside of its scope as it happens. */
  unguarded: z.optional(z.string()),
  /** Where its git commands write down what they do; absent of an attempt of an older fleet. */
  git_trace: z.optional(traceTarget),
  /** The directory of its cgroup, where it was given one; that of its checks is beside it. */
  cgroup: z.optional(z.string()),
});
export type AttemptRecord = z.infer<typeof attempt>;

/** `short`: the machine had no room for the processes that its start takes, so no coder ran. */
const exit = z.object({ code: z.number(), at: z.optional(z.string()), short: z.optional(z.boolean()) });

const outcome = z.object({
  kind: z.enum(OUTCOMES),
  reason: z.string(),
  becomes: z.enum(BECOMES),
  counts: z.boolean(),
  until: z.optional(z.string()),
  parks: z.optional(z.enum(PARKS)),
  holds: z.optional(z.enum(HOLDS)),
  grade: z.optional(z.enum(GRADES)),
  missing: z.optional(z.readonly(z.array(z.string()))),
  words: z.optional(z.string()),
  at: z.string(),
  /** Milliseconds from start to verdict. */
  duration_ms: z.number(),
  exit_code: z.optional(z.number()),
  usage,
  /** The coder's session, as its stream named it. */
  session: z.optional(z.string()),
  /** The machine had no room for its processes. */
  short: z.optional(z.boolean()),
});
export type OutcomeRecord = z.infer<typeof outcome>;

const json = (value: unknown, redact?: Redact): string => redactedJson(value, redact, 2);

export const readAttempt = (dir: string): AttemptRecord | undefined => readJsonAs(join(dir, FILES.attempt), attempt);
export const promptPath = (dir: string): string => join(dir, FILES.prompt);
export const readPrompt = (dir: string): string | undefined => ifReadable(() => readText(promptPath(dir)));
export const writePrompt = (dir: string, prompt: string): void => replaceFile(promptPath(dir), prompt);

export const writeAttempt = (dir: string, record: AttemptRecord): void =>
  replaceFile(join(dir, FILES.attempt), json(record));
/** The record of an attempt for which nothing was started after all. */
export const withdrawAttempt = (dir: string): void => removeFile(join(dir, FILES.attempt));

const warning = z.object({ limit: z.enum(LIMITS) });

/** Limits of which a person was told that they are nearly used up: once, also when the supervisor is another one by now. */
export function readWarned(dir: string): LimitName[] {
  return readJsonLines(join(dir, FILES.warned), warning).map(({ limit }) => limit);
}

export const writeWarned = (dir: string, measure: Measure, at: number): void =>
  appendJsonLine(join(dir, FILES.warned), { ...measure, at: new Date(at).toISOString() });

/** Blanks are no record yet. */
export const readExit = (dir: string): { readonly code: number; readonly short?: boolean | undefined } | undefined =>
  readJsonAs(join(dir, FILES.exit), exit);

/** When it ended, in milliseconds since 1970; bytes that are only reserved are no end. */
export const exitedAt = (dir: string): number | undefined =>
  readExit(dir) === undefined ? undefined : statSync(join(dir, FILES.exit), { throwIfNoEntry: false })?.mtimeMs;

/** More than the longest record of an exit. */
const EXIT_BYTES = 64;

/** Room for the exit record, before there is one: the wrapper overwrites it in place, on a disk that is full by then too. */
export const reserveExit = (dir: string): boolean =>
  createExclusive(join(dir, FILES.exit), `${" ".repeat(EXIT_BYTES - 1)}\n`);

export const readOutcome = (dir: string): OutcomeRecord | undefined => readJsonAs(join(dir, FILES.outcome), outcome);
export const writeOutcome = (
  dir: string,
  record: Outcome & Omit<OutcomeRecord, keyof Outcome>,
  redact?: Redact,
): boolean => createExclusive(join(dir, FILES.outcome), json(record, redact));

/** The coder's session of an attempt: its own word for it (codex names its threads itself), else the one it was given. */
export const sessionOf = (dir: string): string | undefined => readOutcome(dir)?.session ?? readAttempt(dir)?.session;

/** When the verdict was written, in milliseconds since 1970; undefined before it was. */
export const judgedAt = (dir: string): number | undefined =>
  statSync(join(dir, FILES.outcome), { throwIfNoEntry: false })?.mtimeMs;
