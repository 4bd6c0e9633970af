/** The files of an attempt, decoded. One schema a file; what is unknown in them is ignored. */
import { statSync } from "node:fs";
import { join } from "node:path";

import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";

import * as z from "zod/mini";

import {
  type Fate,
  fateOf,
  isOwnGroup,
  ownId,
  startOfText,
  startTimeOf,
  type Whereabouts,
  whereabouts,
} from "@fleet/kit/process/id";

import { ifReadable } from "@fleet/kit/errors";
import { createExclusive, removeFile, replaceFile, setAside } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { readText } from "@fleet/kit/read";
import { LIMITS, type LimitName } from "../../settings/limits/limits.ts";
import type { Measure } from "../limits/measure.ts";
import { EVIDENCE_LEVELS } from "../../settings/evidence.ts";
import { GRADES } from "../evidence/grade.ts";
import { BECOMES, HOLDS, type Outcome, OUTCOMES, PARKS } from "./outcome.ts";
import { FILES } from "./files.ts";
import { onBase } from "./on-base.ts";
import { spent } from "./spent.ts";
import { traceTarget } from "../ran/target.ts";
import { type Redact, redactedJson } from "@fleet/kit/redact";

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
  /** What earlier attempts of the task had used: a limit on tokens or cost is the task's. */
  spent: z.optional(spent),
  /** What earlier attempts used in the session that is resumed: some coders report totals of the whole session. */
  counted: z.optional(z.object({ input: z.number(), output: z.number(), costUsd: z.number() })),
  /** What a token of input cost, as an earlier run of the model told it. */
  price: z.optional(z.number()),
  /** HEAD of the directory's repository, where it is one. */
  base_commit: z.optional(z.string()),
  /** Where it works, as far as others are concerned: the top of its git working tree, or its directory. */
  place: z.optional(z.object({ path: z.string(), git: z.boolean(), repository: z.optional(z.string()) })),
  /** The attempt where the work of its task began, where that is an earlier one. */
  base: z.optional(z.string()),
  /** What was asked of its work when it began; nothing it does can change that. */
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
  /** Of the file in which an answer is expected, as it was where the task began. */
  answer_before: z.optional(z.string()),
  /** Of what is to be proven: how it failed where the task began. */
  on_base: z.optional(z.array(onBase)),
  check_timeout_ms: z.optional(z.number()),
  /** What its coder keeps by directory and was given of the source of its clone, in words. */
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

const usage = z.object({
  input: z.number(),
  output: z.number(),
  cost_usd: z.optional(z.number()),
  turns: z.optional(z.number()),
  context: z.optional(z.number()),
  window: z.optional(z.number()),
});

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

const tally = z.object({ ok: z.number(), failed: z.number(), untold: z.optional(z.number()) });
const checked = z.object({
  command: z.string(),
  verdict: z.enum(["passed", "failed", "timed-out", "interrupted"]),
  code: z.optional(z.number()),
  ms: z.number(),
  /** RFC 3339: when its last run began. */
  at: z.optional(z.string()),
  /** How often it was run: again when it failed beside another attempt, or was interrupted. */
  runs: z.number(),
  /** It failed before it passed, and nobody was at work beside it. */
  flaky: z.optional(z.boolean()),
  /** The end of what it printed. */
  tail: z.string(),
});

/**
 * How an attempt said that it is done. closed: by the call that closes its task · no-change: by that, and nothing had to change ·
 * ended: it ended well, and these were its last words.
 */
const claim = z.object({ how: z.enum(["closed", "no-change", "ended"]), words: z.string() });

const receipt = z.object({
  task: z.optional(z.string()),
  attempt: z.optional(z.number()),
  coder: z.optional(z.string()),
  model: z.optional(z.string()),
  /** RFC 3339: when it was judged. */
  at: z.optional(z.string()),
  claim: z.optional(claim),
  /** The reason given with `bd close` from inside, where there was one. */
  closed_from_inside: z.optional(z.string()),
  tools_finished: z.number(),
  reports_tools: z.boolean(),
  /** By the coder's own names for them. */
  tools: z.optional(z.record(z.string(), tally)),
  exit_code: z.optional(z.number()),
  verdict: z.enum(OUTCOMES),
  /** Of one that is done: how strong what shows it is. */
  grade: z.optional(z.enum(GRADES)),
  /** Where its work is measured from, whichever attempt of the task began it: the commit, where there was one, and when. */
  base: z.optional(z.object({ commit: z.optional(z.string()), at: z.string() })),
  /** The commit that was checked out at its end. */
  head: z.optional(z.string()),
  /** Paths from the task's directory; where they come from is said, because another attempt may have worked beside it. */
  files: z.optional(
    z.object({
      from: z.enum(["git", "listing", "tools", "unknown"]),
      changed: z.array(z.string()),
      /** Of so many that changed, where the list was cut. */
      count: z.number(),
      /** Lines of those of them in which git counts lines: from the base to how they are now. */
      added: z.optional(z.number()),
      deleted: z.optional(z.number()),
      lines: z.optional(z.array(z.object({ path: z.string(), added: z.number(), deleted: z.number() }))),
      note: z.optional(z.string()),
    }),
  ),
  /** Who took its work, where a person did. */
  accepted: z.optional(z.object({ by: z.string(), at: z.string(), words: z.string() })),
  commits: z.optional(z.array(z.object({ hash: z.string(), subject: z.string() }))),
  /** What its git wrote down of itself, by command; absent where that is not known. */
  commands: z.optional(z.array(z.object({ command: z.string(), runs: z.number(), failed: z.number() }))),
  /** Calls of its tools that failed, as its stream tells it. */
  failures: z.optional(z.array(z.object({ tool: z.string(), what: z.string(), times: z.number() }))),
  /** What it left behind uncommitted, and unpushed where the branch has an upstream: told, not judged. */
  residuals: z.optional(z.object({ dirty: z.array(z.string()), unpushed: z.optional(z.number()) })),
  checks: z.optional(z.array(checked)),
  /** How what is to be proven failed where the work began. */
  on_base: z.optional(z.array(onBase)),
  /** What the checks themselves changed. */
  changed_by_checks: z.optional(z.array(z.string())),
  /** Why its claim was not believed, in words. */
  missing: z.optional(z.array(z.string())),
  /** Changed, and was not to be. */
  outside: z.optional(z.array(z.string())),
  /** What is protected, and is another than before. */
  protected: z.optional(
    z.array(z.object({ what: z.string(), put_back: z.string(), whose: z.enum(["own", "other", "unknown"]) })),
  ),
  /** Such changes were not refused as they happened, because hooks are switched off in this file. */
  unguarded: z.optional(z.string()),
  usage: z.optional(usage),
  duration_ms: z.optional(z.number()),
  /** Attempts at work in the same place meanwhile. */
  overlapped: z.optional(z.array(z.object({ task: z.string(), n: z.number() }))),
  /** What nobody looked at, or could not tell, a line on each. */
  not_looked_at: z.optional(z.array(z.string())),
  /** What the attempts of its task used until now, this one among them. `usd` is absent where no coder told any. */
  all: z.optional(
    z.object({ attempts: z.number(), duration_ms: z.number(), tokens: z.number(), usd: z.optional(z.number()) }),
  ),
});
export type Receipt = z.infer<typeof receipt>;
export const RECEIPT_FIELDS: readonly string[] = Object.keys(receipt.shape);

const json = (value: unknown, redact: Redact = (text) => text): string => redactedJson(value, redact, 2);

export const readAttempt = (dir: string): AttemptRecord | undefined => readJsonAs(join(dir, FILES.attempt), attempt);
export const promptPath = (dir: string): string => join(dir, FILES.prompt);
export const readPrompt = (dir: string): string | undefined => ifReadable(() => readText(promptPath(dir)));
export const writePrompt = (dir: string, prompt: string): void => replaceFile(promptPath(dir), prompt);

export const writeAttempt = (dir: string, record: AttemptRecord): void =>
  replaceFile(join(dir, FILES.attempt), json(record));
/** Of one that nothing was started for after all. */
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

export const readReceipt = (dir: string): Receipt | undefined => readJsonAs(join(dir, FILES.receipt), receipt);
export const writeReceipt = (dir: string, record: Receipt, redact?: Redact): void =>
  replaceFile(join(dir, FILES.receipt), json(record, redact));

/** Who stands in the pid file: the wrapper that came first, or a supervisor that gave the attempt up before. */
export type PidFile =
  | { readonly kind: "none" }
  | { readonly kind: "fenced" }
  /** `start` is undefined where the system did not tell: then nobody knows whose the pid is by now. */
  | { readonly kind: "wrapper"; readonly pid: number; readonly start: string | undefined };

const FENCED = "fenced";

export function readPid(dir: string): PidFile {
  const text = readText(join(dir, FILES.pid))?.trim();
  if (text === undefined || text === "") return { kind: "none" };
  if (text === FENCED) return { kind: "fenced" };
  const [, digits = "", rest = ""] = /^(\d+)\s*(.*)$/s.exec(text) ?? [];
  if (digits === "") return { kind: "none" };
  // What the system said of it: /proc/PID/stat, or its start as ps tells it.
  const start = rest.includes(")") ? startTimeOf(text) : startOfText(rest);
  return { kind: "wrapper", pid: Number(digits), start: start === "" ? undefined : start };
}

/** Where and when a wrapper was started. */
export type Started = Pick<AttemptRecord, "boot" | "machine">;

/** Where a wrapper was started, seen from here. `boot`: the present one. */
export function whereStarted({ boot: started, machine }: Started, boot: string): Whereabouts {
  // Written before places were: by this machine.
  if (machine === undefined) return started === boot ? "here" : "before-boot";
  return whereabouts(machine);
}

/** What became of the wrapper that has taken the pid file. `boot`: the present one. */
export function wrapperFate(
  { pid, start = "" }: Extract<PidFile, { kind: "wrapper" }>,
  started: Started,
  boot: string,
): Fate {
  switch (whereStarted(started, boot)) {
    case "before-boot":
      return "dead";
    case "elsewhere":
      return "unknown";
    case "here":
      return fateOf({ pid, start, place: ownId().place });
  }
}

/**
 * The number of the process group and session that are surely the wrapper's, to sweep from; 0 where there is none: it was
 * started elsewhere or before this boot, or its pid may be somebody else's by now.
 */
export function ownLeader(pid: PidFile, started: Started | undefined, boot: string): number {
  if (pid.kind !== "wrapper" || started === undefined || whereStarted(started, boot) !== "here") return 0;
  return isOwnGroup(pid.pid, pid.start) ? pid.pid : 0;
}

/**
 * Gives the attempt up: true when no wrapper can start it any more, false when one came first. A wrapper puts its file there
 * whole, so one that names nobody is not a wrapper's, and keeps no fence from being made.
 */
export function fence(dir: string): boolean {
  const path = join(dir, FILES.pid);
  const make = (): boolean => createExclusive(path, `${FENCED}\n`);
  return make() || (readPid(dir).kind === "none" && setAside(path, -1) && make());
}
