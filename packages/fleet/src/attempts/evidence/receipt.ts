/** From what is on disk of an attempt to its receipt, and to what the verdict is made from. */
import type { Shown } from "./shown.ts";
import type { AttemptRecord, Receipt } from "../records/record.ts";
import { type Asked, commandsOf } from "./asked.ts";
import { type Changes, changesBetween } from "./changes.ts";
import { type CheckState, failureLine, stateOf } from "./check-plan.ts";
import { readResult, runDir, runsOf } from "./check-files.ts";
import { answerIn, deliverFile, type Delivered, deliverWords, readAnswer, type Words } from "./deliverable.ts";
import { unmetBy, type Work } from "./expect.ts";
import { type Overlap, readAfter, readBefore, readOverlaps } from "./files.ts";
import { someOf } from "@fleet/kit/text";
import { fromDirectory, outside } from "./scope.ts";
import { type ToolsRan, toolsRan } from "./tools.ts";

type Settled = Extract<CheckState, { kind: "settled" }>;

export interface Seen {
  /** Undefined: it was not looked at before or after. */
  readonly changes: Changes | undefined;
  readonly tools: ToolsRan;
  readonly reportsTools: boolean;
  /** It goes on in the session of an earlier attempt. */
  readonly resumed: boolean;
  readonly overlapped: readonly Overlap[];
  readonly checks: readonly Settled[];
  /** What this attempt itself changed: what differs, or beside others what its tools say. */
  readonly mine: readonly string[];
  /** The answer that it was to write into a file, as far as there is one. */
  readonly answered: Delivered | undefined;
}

export function seenOf(dir: string, record: AttemptRecord | undefined, reportsTools: boolean): Seen {
  const before = readBefore(dir);
  const after = readAfter(dir);
  const cwd = record?.cwd;
  const changes =
    before === undefined || after === undefined || cwd === undefined ? undefined : changesBetween(cwd, before, after);
  const tools = toolsRan(dir);
  const until = after === undefined ? Infinity : Date.parse(after.at);
  const overlapped = readOverlaps(dir).filter(({ at }) => at <= until);
  const checks = (record?.asked === undefined ? [] : commandsOf(record.asked)).flatMap((_, i) => {
    const results = (runsOf(dir).get(i + 1) ?? []).flatMap((n) => readResult(runDir(dir, i + 1, n)) ?? []);
    const state = stateOf(results);
    return state.kind === "settled" ? [state] : [];
  });
  const written = tools.written.map((path) => fromDirectory(cwd ?? "/", path));
  const mine = overlapped.length > 0 ? written : (changes?.paths ?? []);
  const answered = record === undefined ? undefined : fileAnswer(record);
  return { changes, tools, reportsTools, resumed: record?.resumed === true, overlapped, checks, mine, answered };
}

function fileAnswer({ asked, cwd, answer_before: before }: AttemptRecord): Delivered | undefined {
  const wanted = answerIn(asked?.expect ?? []);
  return wanted?.kind === "file" ? deliverFile(wanted.file, readAnswer(cwd, wanted.file), before) : undefined;
}

/** What an answer is expected to be, and whether it is there. */
export function deliverableOf(seen: Seen, asked: Asked | undefined, words: Words): Delivered | undefined {
  const wanted = answerIn(asked?.expect ?? []);
  return wanted?.kind === "words" ? deliverWords(words) : seen.answered;
}

/** `claimed`: it says that it is done, with these words; only then anything was checked or expected. */
export function shownBy(seen: Seen, asked: Asked | undefined, claimed: boolean, words: Words): Shown {
  const deliverable = claimed ? deliverableOf(seen, asked, words) : undefined;
  const failed = seen.checks.filter(({ passed }) => !passed);
  const wanted = asked === undefined ? 0 : commandsOf(asked).length;
  return {
    passed: seen.checks.filter(({ passed }) => passed).map(({ result }) => result.command),
    failed: failed.map(({ result }) => failureLine(result)),
    unfinished: claimed && seen.checks.length < wanted,
    changed: hasChanged(seen),
    unmet: claimed && asked !== undefined ? unmetBy(asked.expect, { ...workOf(seen), deliverable }) : [],
    answered: deliverable?.kind === "there",
    outside: asked === undefined ? [] : outside(writtenBy(seen), asked),
  };
}

/** Beside others, and of one that goes on where an earlier one of its session was, whose a change is is not told. */
function hasChanged({ changes, overlapped, resumed, mine }: Seen): boolean | undefined {
  if (mine.length > 0 || (changes?.commits.length ?? 0) > 0) return true;
  if (changes === undefined || overlapped.length > 0 || resumed) return undefined;
  const { cut, blind, commitsUnknown, unread } = changes;
  return cut || blind || (changes.from === "git" && commitsUnknown) || unread.length > 0 ? undefined : false;
}

/**
 * What it may have been forbidden: also files that it wrote to and whose content git would read through a filter. Else an
 * agent that sets up a filter could write anywhere.
 */
const writtenBy = ({ mine, overlapped, changes }: Seen): readonly string[] =>
  overlapped.length > 0 ? mine : [...mine, ...(changes?.unread ?? [])];

const UNSEEN = "the directory was not looked at before and after";

/** Beside others only what the tools of this attempt name is its own; where a coder names none, nothing is held against it. */
function workOf(seen: Seen): Omit<Work, "deliverable"> {
  const { changes, overlapped, tools, mine, reportsTools } = seen;
  const found = {
    inGit: changes?.from === "git",
    why: changes === undefined ? UNSEEN : changes.why,
    unread: changes?.unread ?? [],
  };
  const made = changes?.commits.length ?? 0;
  const all = made === 0 && changes?.commitsUnknown !== false ? undefined : made;
  if (overlapped.length === 0) return { ...found, changed: mine, commits: all, dirty: changes?.dirty ?? [] };
  const names = new Set(mine);
  return {
    ...found,
    changed: reportsTools ? mine : (changes?.paths ?? []),
    commits: reportsTools && !tools.committed ? 0 : all,
    dirty: (changes?.dirty ?? []).filter((path) => names.has(path)),
  };
}

/** A receipt is read by people: longer lists are cut, and the count says of how many. */
const MOST_PATHS = 500;

interface Judged {
  readonly outside: readonly string[];
  readonly missing: readonly string[];
}

export function makeReceipt(seen: Seen, { outside, missing }: Judged): Partial<Receipt> {
  const { changes, tools, overlapped, checks } = seen;
  const shared = overlapped.length > 0;
  return {
    ...(seen.reportsTools ? { tools: tools.byName } : {}),
    files: filesOf(seen),
    ...(changes === undefined || changes.from !== "git"
      ? {}
      : {
          // Beside others a commit's maker is not to be told: they are named only where this attempt ran `git commit`.
          commits: shared && !tools.committed ? [] : [...changes.commits],
          residuals: {
            dirty: changes.dirty.slice(0, MOST_PATHS),
            ...(changes.unpushed === undefined ? {} : { unpushed: changes.unpushed }),
          },
        }),
    checks: checks.map(({ result, runs }) => {
      const { command, verdict, code, ms, tail } = result;
      return { command, verdict, ...(code === undefined ? {} : { code }), ms, runs, tail };
    }),
    missing: [...missing],
    outside: outside.slice(0, MOST_PATHS),
    overlapped: overlapped.map(({ task, n }) => ({ task, n })),
  };
}

function filesOf(seen: Seen): NonNullable<Receipt["files"]> {
  const { changes, overlapped, mine } = seen;
  const changed = mine.slice(0, MOST_PATHS);
  if (overlapped.length > 0)
    return {
      from: "tools",
      changed,
      count: mine.length,
      note: `other attempts worked in the same place, so only what its tools name is told (${changes?.paths.length ?? 0} files changed there in all)`,
    };
  if (changes === undefined) return { from: "unknown", changed: [], count: 0, note: UNSEEN };
  const notes = [limitOf(changes), unreadOf(changes)].filter((note) => note !== undefined);
  return {
    from: changes.from,
    changed,
    count: mine.length,
    ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
  };
}

function limitOf({ from, blind, cut, why }: Changes): string | undefined {
  if (from === "unknown") return `could not look: ${why ?? ""}`;
  if (blind) return `git could not tell all that changed (${why ?? ""}): only what it could is named`;
  if (!cut) return undefined;
  return from === "git"
    ? "git names more uncommitted files than are listed; of those, what is new or gone is not told"
    : "the directory holds more files than are listed; new and deleted ones are not told";
}

const NAMED = 5;

const unreadOf = ({ unread }: Changes): string | undefined =>
  unread.length === 0
    ? undefined
    : `git reads ${someOf(unread, NAMED)} through a filter, which fleet does not run: changed or not is not known`;
