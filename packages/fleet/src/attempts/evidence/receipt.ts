/** From what is on disk of an attempt to its receipt, and to what the verdict is made from. */
import type { Shown, Unclear } from "./shown.ts";
import type { AttemptRecord, Receipt } from "../records/record.ts";
import { type Asked, commandsOf } from "./asked.ts";
import { type Attribution, attributed, namesOf } from "./attributed.ts";
import { besideOf } from "./beside.ts";
import { changedBetween, type Changes, changesBetween } from "./changes.ts";
import { type CheckState, failureLine, stateOf } from "./check-plan.ts";
import { readResult, runDir, runsOf } from "./check-files.ts";
import { answerIn, deliverFile, type Delivered, deliverWords, readAnswer, type Words } from "./deliverable.ts";
import { unmetBy, type Work } from "./expect.ts";
import { type Overlap, readAfter, readBase, readBefore, readChecked, readOverlaps, readSince } from "./files.ts";
import { matches } from "@fleet/kit/glob";
import { someOf } from "@fleet/kit/text";
import { changeLine, type ProtectedChange } from "../protect/changes.ts";
import { changesIn } from "../protect/watch.ts";
import { elsewhere } from "../ran/elsewhere.ts";
import { readRan } from "../ran/ran.ts";
import { isScoped, outside } from "./scope.ts";
import { looksLikeTest } from "./test-paths.ts";
import type { OnBase } from "../records/on-base.ts";
import { type ToolsRan, toolsRan, type Worked } from "./tools.ts";

type Settled = Extract<CheckState, { kind: "settled" }>;

export interface Seen {
  /** Since the work of the task began, whichever attempt did it. Undefined: it was not looked at before or after. */
  readonly changes: Changes | undefined;
  /** The same of this attempt alone. */
  readonly own: Changes | undefined;
  /** An earlier attempt began it, and where it did is known. */
  readonly goesOn: boolean;
  readonly tools: ToolsRan;
  readonly reportsTools: boolean;
  /** It goes on in the session of an earlier attempt. */
  readonly resumed: boolean;
  readonly overlapped: readonly Overlap[];
  readonly checks: readonly Settled[];
  /** What this attempt itself changed: what differs, or beside others what its tools and its commits name. */
  readonly mine: readonly string[];
  /** The answer that it was to write into a file, as far as there is one. */
  readonly answered: Delivered | undefined;
  /** How what is to be proven failed where the task began. */
  readonly onBase: readonly OnBase[];
  /** What its checks changed; undefined: not known, or none ran. */
  readonly byChecks: readonly string[] | undefined;
  /** Beside others: what it did, and what may be another's. */
  readonly apart: Attribution | undefined;
  /** Where its git worked and what it did does not count, a line on each. */
  readonly elsewhere: readonly string[];
  /** Of what is protected, what is another than before. */
  readonly guarded: readonly ProtectedChange[];
  /** This attempt's name and those of the others. */
  readonly names: string;
}

/** `home`: of the fleet, where the records of those are that were at work in the same place. */
export function seenOf(home: string, dir: string, record: AttemptRecord | undefined, reportsTools: boolean): Seen {
  const before = readBefore(dir);
  const after = readAfter(dir);
  const cwd = record?.cwd;
  const own =
    before === undefined || after === undefined || cwd === undefined ? undefined : changesBetween(cwd, before, after);
  const all = own === undefined || record?.base === undefined ? undefined : sinceBase(home, dir, record, record.base);
  const changes = all ?? own;
  const goesOn = all !== undefined;
  const tools = toolsRan(dir);
  const until = after === undefined ? Infinity : Date.parse(after.at);
  const overlapped = readOverlaps(dir).filter(({ at }) => at <= until);
  const runs = runsOf(dir);
  const checks = (record?.asked === undefined ? [] : commandsOf(record.asked)).flatMap((_, i) => {
    const results = (runs.get(i + 1) ?? []).flatMap((n) => readResult(runDir(dir, i + 1, n)) ?? []);
    const state = stateOf(results);
    return state.kind === "settled" ? [state] : [];
  });
  const names = namesOf([...(record === undefined ? [] : [record]), ...overlapped]);
  const answered = record === undefined ? undefined : fileAnswer(record);
  const [resumed, onBase] = [record?.resumed === true, record?.on_base ?? []];
  const ran = readRan(dir);
  const moves = after?.kind === "git" ? after.moves : undefined;
  const { commits = [], paths = [] } = changes ?? {};
  const here = { cwd: cwd ?? "/", moves: moves ?? [], top: before?.top ?? "/", commits, paths, until };
  const guarded = changesIn(dir, tools.written, () => ran);
  const away = ran === undefined ? [] : elsewhere(ran, here);
  const checked = overlapped.length === 0 ? readChecked(dir) : undefined;
  const byChecks =
    after === undefined || checked === undefined || cwd === undefined ? undefined : changedBetween(cwd, after, checked);
  const seen = {
    changes,
    own,
    goesOn,
    tools,
    reportsTools,
    resumed,
    overlapped,
    checks,
    names,
    answered,
    onBase,
    elsewhere: away,
    byChecks,
    guarded,
  };
  if (overlapped.length === 0) return { ...seen, apart: undefined, mine: changes?.paths ?? [] };
  const apart = attributed({
    cwd: cwd ?? "/",
    changes: own,
    moves,
    top: before?.top ?? "/",
    written: tools.written,
    ran,
    others: besideOf(home, overlapped),
    until,
  });
  // What it changed back is no work of it.
  const differs = new Set(own?.paths);
  const isTold = own !== undefined && !own.blind && !own.cut;
  return { ...seen, apart, mine: apart.named.filter((path) => !isTold || differs.has(path)) };
}

function sinceBase(home: string, dir: string, { task, cwd }: AttemptRecord, base: string): Changes | undefined {
  const [began, since] = [readBase(home, task, base), readSince(dir)];
  return began === undefined || since === undefined ? undefined : changesBetween(cwd, began, since);
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
  const isWanted = claimed && asked !== undefined;
  const how = { deliverable, ignoresCase: asked?.ignores_case === true };
  const unmet = isWanted ? unmetBy(asked.expect, { ...workOf(seen), ...how }) : [];
  const missing = unmet.length === 0 ? [] : unmetBy(asked?.expect ?? [], { ...withUnclear(seen), ...how });
  const written = asked === undefined ? [] : outside(writtenBy(seen), asked);
  const changed = hasChanged(seen, asked);
  return {
    proved: asked !== undefined && isProved(seen, asked),
    passed: seen.checks.filter(({ passed }) => passed).map(({ result }) => result.command),
    failed: failed.map(({ result }) => failureLine(result)),
    unfinished: claimed && seen.checks.length < wanted,
    changed,
    ...(changed === undefined ? { unseen: whyUnseen(seen) } : {}),
    elsewhere: elsewhereOf(seen),
    expected: asked !== undefined && asked.expect.length + asked.allow.length + asked.deny.length > 0,
    worked: workedBy(seen, changed),
    unmet: isWanted ? [...missing, ...spoiled(seen, asked)] : missing,
    answered: deliverable?.kind === "there",
    outside: [...written, ...guardedBy(seen, "own")],
    unclear: unclearBy(
      seen,
      asked,
      unmet.filter((line) => !missing.includes(line)),
    ),
  };
}

/** `met`: expectations that only what is there of whomever meets. */
function unclearBy(seen: Seen, asked: Asked | undefined, met: readonly string[]): Unclear[] {
  const touched = guardedBy(seen, "unknown");
  const guarded: Unclear[] = touched.map((what) => ({
    kind: "protected",
    line: `this is protected, and was changed while it ran, by whom is not known: ${what}`,
  }));
  return [
    ...guarded,
    ...unseenBy(seen, asked),
    ...unclearBeside(seen, asked, met),
    ...flakyIn(seen),
    ...onlyTests(seen, asked),
  ];
}

const guardedBy = ({ guarded }: Seen, by: ProtectedChange["whose"]): string[] =>
  guarded.filter(({ whose }) => whose === by).map(changeLine);

/** What a task with a scope changed, and nobody could look at. */
function unseenBy({ own: changes }: Seen, asked: Asked | undefined): Unclear[] {
  if (asked === undefined || !isScoped(asked) || (changes !== undefined && !changes.blind && !changes.cut)) return [];
  const why = changes === undefined ? UNSEEN : (changes.why ?? "there is more than is listed");
  return [{ kind: "unseen", line: `whether it changed only what it may can't be told: ${why}` }];
}

/** What another that was at work there may have done. */
function unclearBeside({ apart, mine, names }: Seen, asked: Asked | undefined, met: readonly string[]): Unclear[] {
  if (apart === undefined) return [];
  const isSomething = apart.unclear.length + apart.unclearCommits.length > 0;
  const forbidden = asked === undefined ? [] : outside(apart.unclear, asked);
  const what = someOf(apart.unclear, NAMED);
  const untold = (did: string): string => `whether ${names} ${did} can't be told`;
  const lines: Unclear[] = met.map((line) => ({
    kind: "expected",
    line: `${line} of its own (${untold("did that")})`,
  }));
  if (forbidden.length > 0) lines.push({ kind: "forbidden", line: untold(`changed ${someOf(forbidden, NAMED)}`) });
  if (isSomething && mine.length === 0 && apart.commits.length === 0)
    lines.push({ kind: "changed", line: untold(apart.unclear.length > 0 ? `changed ${what}` : "made the commits") });
  return lines;
}

/** What an earlier attempt did needs no tool of this one. */
function workedBy(seen: Seen, changed: boolean | undefined): Worked {
  if (!seen.reportsTools) return "unknown";
  const { worked } = seen.tools;
  return worked === "none" && seen.goesOn && changed === true ? "some" : worked;
}

/** By what git told of it; without that, by the branches that have commits which were not there. */
function elsewhereOf({ elsewhere: told, changes }: Seen): readonly string[] {
  if (told.length > 0 || changes === undefined || changes.elsewhere.length === 0) return told;
  return [`its commits are on ${someOf(changes.elsewhere, NAMED)}, which is not what is checked out`];
}

/**
 * Modes and blank lines that nobody asked for are nothing, and neither is a commit that changes nothing, or was undone by
 * another. Beside others mostly, and of one that goes on where nobody looked, whose a change is is not told.
 */
function hasChanged(seen: Seen, asked: Asked | undefined): boolean | undefined {
  const { changes, own, resumed, goesOn, mine, apart } = seen;
  const paths = (asked?.expect ?? []).flatMap((one) => (one.startsWith("path:") ? [one.slice("path:".length)] : []));
  const trivial = new Set(changes?.trivial);
  if (mine.some((path) => !trivial.has(path) || matches(path, paths))) return true;
  const made = apart === undefined ? changes : { commits: apart.commits, recorded: own?.recorded };
  // It committed as it was what somebody had left: that is work, though no file differs.
  if (made?.recorded === true && made.commits.length > 0 && mine.length === 0) return true;
  if (changes === undefined || (resumed && !goesOn)) return undefined;
  if (apart !== undefined && apart.unclear.length + apart.unclearCommits.length > 0) return undefined;
  const { cut, blind, commitsUnknown, unread } = changes;
  return cut || blind || (changes.from === "git" && commitsUnknown) || unread.length > 0 ? undefined : false;
}

/** Why it is not known whether something changed. */
function whyUnseen({ changes, overlapped }: Seen): string {
  const beside = someOf(
    overlapped.map(({ task, n }) => `${task} attempt ${n}`),
    NAMED,
  );
  if (beside !== "") return `${beside} worked in the same place`;
  if (changes === undefined) return UNSEEN;
  return limitOf(changes) ?? unreadOf(changes) ?? "an earlier attempt of its session may have changed it";
}

/**
 * What it may have been forbidden: also files that it wrote to and whose content git would read through a filter. Else an
 * agent that sets up a filter could write anywhere.
 */
const writtenBy = ({ apart, own }: Seen): readonly string[] =>
  apart === undefined ? [...(own?.paths ?? []), ...(own?.unread ?? [])] : apart.named;

const UNSEEN = "the directory was not looked at before and after";

/** Beside others only what the tools and commits of this attempt name is its own. */
function workOf(seen: Seen): Omit<Work, "deliverable"> {
  const { changes, mine, apart } = seen;
  const found = {
    inGit: changes?.from === "git",
    why: changes === undefined ? UNSEEN : changes.why,
    unread: changes?.unread ?? [],
  };
  const made = changes?.commits.length ?? 0;
  const all = made === 0 && changes?.commitsUnknown !== false ? undefined : made;
  if (apart === undefined) return { ...found, changed: mine, commits: all, dirty: changes?.dirty ?? [] };
  const names = new Set(mine);
  return {
    ...found,
    changed: mine,
    commits: apart.commits.length,
    dirty: (changes?.dirty ?? []).filter((path) => names.has(path)),
  };
}

/** The same, with what may be another's counted for it. */
function withUnclear(seen: Seen): Omit<Work, "deliverable"> {
  const work = workOf(seen);
  const { apart } = seen;
  if (apart === undefined) return work;
  return {
    ...work,
    changed: [...work.changed, ...apart.unclear],
    commits: (work.commits ?? 0) + apart.unclearCommits.length,
  };
}

/** Red, then green: the same tree says both, unless the checks have changed it meanwhile. */
function flakyIn({ checks, byChecks = [] }: Seen): Unclear[] {
  const flaky = checks.filter((one) => one.flaky).map(({ result }) => `\`${result.command}\``);
  if (flaky.length === 0 || byChecks.length === 0) return [];
  const changed = someOf(byChecks, NAMED);
  const line = `${flaky.join(", ")} failed and then passed, and the checks changed ${changed} in between`;
  return [{ kind: "flaky", line }];
}

/** Whoever edits what a check depends on has passed nothing. */
function spoiled(seen: Seen, asked: Asked): string[] {
  const { check_paths: deny, ignores_case } = asked;
  const edited = deny.length === 0 ? [] : outside(writtenBy(seen), { allow: [], deny, ignores_case });
  return edited.length === 0 ? [] : [`its checks depend on what it changed: ${someOf(edited, NAMED)}`];
}

/** Whoever edits a test and nothing else may have made it pass by that. */
function onlyTests({ mine, checks }: Seen, asked: Asked | undefined): Unclear[] {
  if (asked === undefined || asked.tests_are_work || mine.length === 0 || !mine.every(looksLikeTest)) return [];
  const passed = checks.filter((one) => one.passed).map(({ result }) => `\`${result.command}\``);
  if (passed.length === 0) return [];
  const line = `only tests changed (${someOf(mine, NAMED)}), and ${passed.join(", ")} may pass because of that`;
  return [{ kind: "tests", line }];
}

/** Each command that is to prove the work failed where the task began, and passes now. */
function isProved({ checks, onBase }: Seen, { prove }: Asked): boolean {
  const passes = new Set(checks.filter(({ passed }) => passed).map(({ result }) => result.command));
  return prove.length > 0 && prove.every((one) => passes.has(one) && onBase.some(({ command }) => command === one));
}

/** A receipt is read by people: longer lists are cut, and the count says of how many. */
const MOST_PATHS = 500;

interface Judged {
  readonly outside: readonly string[];
  readonly missing: readonly string[];
}

export function makeReceipt(seen: Seen, { outside, missing }: Judged): Partial<Receipt> {
  const { changes, tools, overlapped, checks, apart } = seen;
  return {
    ...(seen.reportsTools ? { tools: tools.byName } : {}),
    files: filesOf(seen),
    ...(changes === undefined || changes.from !== "git"
      ? {}
      : {
          commits: [...(apart?.commits ?? changes.commits)],
          residuals: {
            dirty: changes.dirty.slice(0, MOST_PATHS),
            ...(changes.unpushed === undefined ? {} : { unpushed: changes.unpushed }),
          },
        }),
    checks: checks.map(({ result, runs, flaky }) => {
      const { command, verdict, code, ms, tail } = result;
      return { command, verdict, ...(code === undefined ? {} : { code }), ms, runs, ...(flaky ? { flaky } : {}), tail };
    }),
    ...((seen.byChecks ?? []).length === 0 ? {} : { changed_by_checks: (seen.byChecks ?? []).slice(0, MOST_PATHS) }),
    missing: [...missing],
    outside: outside.slice(0, MOST_PATHS),
    ...(seen.guarded.length === 0
      ? {}
      : { protected: seen.guarded.map(({ what, putBack, whose }) => ({ what, put_back: putBack, whose })) }),
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
      note: `other attempts worked in the same place, so only what its tools and its commits name is told (${changes?.paths.length ?? 0} files changed there in all)`,
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
