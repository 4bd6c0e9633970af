/** `fleet task ID …`: one task's attempts and what they left. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { someOf } from "@fleet/kit/text";
import { ifReadable, readOr } from "@fleet/kit/errors";
import { fleetRecord, heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import type { Store } from "@fleet/store/store";

import { decodeEvent } from "../../attempts/records/event-line.ts";
import { artifactsDir, type AttemptDir, attemptsOf, dirOf, KNOWLEDGE, PLAN } from "../../attempts/records/paths.ts";
import { eventsPath, logPath, stderrPath } from "../../attempts/records/output.ts";
import { promptPath, readAttempt, readOutcome, readReceipt, sessionOf } from "../../attempts/records/record.ts";
import { readStop } from "../../attempts/records/stop.ts";
import { changesSince } from "../../app/views/diff.ts";
import { attemptRows } from "../../app/views/compare.ts";
import { describeReceipt } from "../../attempts/evidence/describe.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { printableJson } from "@fleet/kit/printable";
import { MIB, readText } from "@fleet/kit/read";
import { follow } from "@fleet/kit/follow";
import type { Io } from "../../app/io.ts";
import { questionRows, questionText } from "../../attempts/questions/describe.ts";
import { colours } from "../style.ts";
import { type AttemptLine, attemptsTable } from "../screens/attempts-table.ts";
import { headerLines } from "../screens/task-header.ts";
import { TaskLog } from "../screens/task-log.ts";
import type { Screen } from "../screens/tasks-table.ts";
import { paragraph, terminalWidth } from "@fleet/kit/width";
import { taskRow } from "../../app/views/overview.ts";
import { taskFacts } from "../../app/views/task-facts.ts";
import { openFleet } from "../../app/open.ts";
import { settingsInForce } from "../../settings/in-force.ts";
import { coderNamed } from "../../engine/shell/loop/context.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { livenessRow } from "../../engine/shell/state/shown-life.ts";
import { type Args, type Command, flag, json, text } from "./command.ts";

const VIEWS = ["attempts", "log", "plan", "knowledge", "diff", "stderr", "prompt", "receipt"] as const;
type View = (typeof VIEWS)[number];
const isView = (word: string): word is View => VIEWS.some((known) => known === word);

export const task: Command = {
  choices: { view: VIEWS },
  options: {
    follow: { alias: "f", type: "boolean", describe: "log: go on as more comes" },
    verbose: { alias: "v", type: "boolean", describe: "log: the output of every tool, not only of those that failed" },
    raw: { type: "boolean", describe: "log: the coder's own lines" },
    attempt: { alias: "n", type: "number", describe: "of this attempt instead of the newest" },
  },
  examples: [
    ["fleet task fleet-3f1", "its attempts and how they ended"],
    ["fleet task fleet-3f1 log -f", "what it does, as it does it"],
    ["fleet task fleet-3f1 log --raw | jq .", "the coder's own stream"],
  ],
  run: async (io, args) => {
    const { home, store } = openFleet(io);
    const view = text(args, "view") ?? "attempts";
    if (!isView(view))
      throw new CommandError(
        `fleet task: no view ${JSON.stringify(view)}`,
        `fleet task ID ${VIEWS.join("|")}`,
        EXIT.usage,
      );
    const issue = find(store.snapshot(), text(args, "id") ?? "");
    const { id } = issue;
    const of = { home, issue };
    switch (view) {
      case "attempts":
        return await attempts(io, args, home, store, id);
      case "log":
        return await log(io, args, store, of);
      case "plan":
        return file(io, args, join(artifactsDir(home, id), PLAN), "the agent has written no plan");
      case "knowledge":
        return file(io, args, join(artifactsDir(home, id), KNOWLEDGE), "the agent has written down no knowledge");
      case "stderr":
        return file(io, args, stderrPath(chosen(args, of).dir), "it printed nothing on standard error");
      case "prompt":
        return file(io, args, promptPath(chosen(args, of).dir), "no prompt was made");
      case "receipt":
        return receipt(io, args, of);
      case "diff":
        return await diff(io, args, of);
    }
  },
};

interface Of {
  readonly home: string;
  readonly issue: Issue;
}

/** Where its first attempt will be looked for, as long as there is none. */
const FIRST = { n: 1, uuid: "" };

/** The newest, or the one of that number; of two of one number the one that holds the task, else the later one. */
function pick({ home, issue }: Of, n: number | undefined): AttemptDir | undefined {
  const all = attemptsOf(home, issue.id);
  const held = heldBy(issue);
  const own = held === undefined ? undefined : dirOf(home, issue.id, held);
  const same = all.filter((one) => one.n === (n ?? all.at(-1)?.n));
  return same.find(({ dir }) => dir === own) ?? same.at(-1);
}

function chosen(args: Args, of: Of): AttemptDir {
  const wanted = text(args, "attempt");
  const n = wanted === undefined ? undefined : Number(wanted);
  const found = pick(of, n);
  if (found !== undefined) return found;
  const { id } = of.issue;
  if (n === undefined) throw new CommandError(`${id} has not started yet`, `fleet explain ${id}`);
  const numbers = new Set(attemptsOf(of.home, id).map((one) => one.n));
  throw new CommandError(
    `${id} has no attempt ${n}; there are ${[...numbers].join(", ")}`,
    `fleet task ${id} attempts`,
  );
}

async function attempts(io: Io, args: Args, home: string, store: Store, id: string): Promise<number> {
  const { config } = settingsInForce(home, store);
  const watched = leaderOf(home).kind !== "none";
  const byHand = new Map(
    (await attemptRows({ home, config, env: io.env, now: io.now() }, id)).map((row) => [row.dir, row]),
  );
  const rows = attemptsOf(home, id).map(({ n, dir }) => {
    const record = ifReadable(() => readAttempt(dir));
    const outcome = ifReadable(() => readOutcome(dir));
    const isOver = outcome !== undefined || ifReadable(() => readStop(dir)) !== undefined;
    const alive = isOver ? undefined : ifReadable(() => livenessRow(dir, watched, io.now()));
    const resumable = record !== undefined && coderNamed(config, record.coder)?.capabilities.resumes === true;
    return {
      attempt: n,
      uuid: record?.uuid,
      coder: record?.coder,
      model: record?.model,
      cwd: record?.cwd,
      session: resumable ? ifReadable(() => sessionOf(dir)) : undefined,
      resume: byHand.get(dir)?.resume,
      account: byHand.get(dir)?.account,
      added: byHand.get(dir)?.added,
      deleted: byHand.get(dir)?.deleted,
      files: byHand.get(dir)?.files,
      checks: byHand.get(dir)?.checks,
      started_at: record?.created_at,
      outcome: outcome?.kind,
      reason:
        outcome?.reason ??
        whyUnreadable(dir) ??
        (isOver ? "being stopped" : alive === undefined || alive.kind === "working" ? "running" : alive.text),
      liveness: alive,
      counts: outcome?.counts,
      duration_ms:
        outcome?.duration_ms ?? (record === undefined ? undefined : io.now() - Date.parse(record.created_at)),
      exit_code: outcome?.exit_code,
      tokens: outcome === undefined ? undefined : outcome.usage.input + outcome.usage.output,
      cost_usd: outcome?.usage.cost_usd,
      turns: outcome?.usage.turns,
      dir,
    };
  });
  if (flag(args, "json")) {
    io.out(json({ id, attempts: rows }));
    return EXIT.ok;
  }
  io.out(`${taskText(io, home, store, id, rows)}\n`);
  return EXIT.ok;
}

type AttemptsRow = AttemptLine & { readonly dir: string; readonly resume?: string | undefined };

function taskText(io: Io, home: string, store: Store, id: string, rows: readonly AttemptsRow[]): string {
  const snapshot = store.snapshot();
  const issue = find(snapshot, id);
  const settings = settingsInForce(home, store);
  const screen: Screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
  const row = taskRow(home, snapshot, settings, screen.now, issue);
  const asked = questionRows(issue, screen.now).map((one) => questionText(one, screen.now, screen.width));
  const last = rows.at(-1);
  const parts = [
    headerLines(row, taskFacts(home, snapshot, settings, issue), screen),
    rows.length === 0 ? [notStarted(issue)] : attemptsTable(rows, screen),
    last === undefined ? [] : outsideLines(last.dir, screen.width),
    asked.length === 0 ? [] : ["Questions:", ...asked.map((text) => text.trimEnd())],
    last === undefined ? [] : whereLines(last),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function notStarted(issue: Issue): string {
  if ((fleetRecord(issue).attempts ?? 0) === 0) return "It has not started yet.";
  return `Its attempts were removed by fleet gc; its history: fleet bd history ${issue.id}`;
}

/** What the attempt changed that it was not to. */
function outsideLines(dir: string, width: number): string[] {
  const outside = ifReadable(() => readReceipt(dir))?.outside ?? [];
  return outside.length === 0 ? [] : paragraph(`Changed outside of its scope: ${someOf(outside, 20)}`, width, "");
}

/** Lines to be copied, so they are not wrapped. */
function whereLines({ attempt, dir, resume }: AttemptsRow): string[] {
  const files = `Everything of attempt ${attempt}: ${dir}`;
  return resume === undefined ? [files] : [files, `Resume its session by hand: ${resume}`];
}

/** What of the attempt's record can't be read, or undefined: an agent may have put anything there. */
function whyUnreadable(dir: string): string | undefined {
  const look = (): undefined => {
    for (const read of [readAttempt, readOutcome, readStop]) read(dir);
    return undefined;
  };
  return readOr(look, ({ message, where }) => `unknown: ${message} (${where ?? dir})`);
}

async function log(io: Io, args: Args, store: Store, of: Of): Promise<number> {
  const following = flag(args, "follow");
  const fixed = text(args, "attempt");
  if (!following || fixed !== undefined) chosen(args, of);
  const current = (): Issue => store.snapshot().issue(of.issue.id) ?? of.issue;
  const isRunning = (): boolean => store.snapshot().issue(of.issue.id) !== undefined && heldBy(current()) !== undefined;
  const dir = (): string => {
    const attempt = pick({ ...of, issue: current() }, fixed === undefined ? undefined : Number(fixed));
    return attempt?.dir ?? dirOf(of.home, of.issue.id, heldBy(current()) ?? FIRST);
  };
  let grace = 2;
  // What was printed just before the end is decoded within a tick or two.
  const goOn = (): boolean => following && (isRunning() || grace-- > 0);
  const print = flag(args, "raw")
    ? (line: string): void => io.exact(`${line}\n`)
    : flag(args, "json")
      ? (line: string): void => io.out(`${printableJson(line)}\n`)
      : undefined;
  if (print === undefined) await readLog(io, { dir, goOn, verbose: flag(args, "verbose") });
  else {
    const path = (): string => (flag(args, "raw") ? logPath(dir()) : eventsPath(dir()));
    await follow({ path, line: print, goOn, stop: io.interrupted });
  }
  return EXIT.ok;
}

interface Reading {
  readonly dir: () => string;
  readonly goOn: () => boolean;
  readonly verbose: boolean;
}

/** Events as they come, and standard error beside them. */
async function readLog(io: Io, { dir, goOn, verbose }: Reading): Promise<void> {
  const lines = new TaskLog({ c: colours(io), width: terminalWidth(io), verbose, now: io.now() });
  const say = (said: readonly string[]): void => {
    if (said.length > 0) io.out(`${said.join("\n")}\n`);
  };
  let isOver = false;
  await Promise.all([
    follow({
      path: () => eventsPath(dir()),
      line: (line) => {
        const decoded = decodeEvent(line);
        if (decoded !== undefined) say(lines.event(decoded.at, decoded.event));
      },
      goOn: () => {
        say(lines.open(io.now(), false));
        isOver = !goOn();
        return !isOver;
      },
      stop: io.interrupted,
    }),
    follow({
      path: () => stderrPath(dir()),
      line: (line) => say(lines.stderr(line)),
      goOn: () => !isOver,
      stop: io.interrupted,
    }),
  ]);
  say(lines.open(io.now(), true));
}

function file(io: Io, args: Args, path: string, nothing: string): number {
  const content = readText(path, { most: 64 * MIB }) ?? "";
  if (flag(args, "json")) io.out(json({ path, exists: existsSync(path), text: content }));
  else if (content.trim() === "") io.err(`(${nothing}: ${path})\n`);
  else io.out(content.endsWith("\n") ? content : `${content}\n`);
  return EXIT.ok;
}

function receipt(io: Io, args: Args, of: Of): number {
  const { n, dir } = chosen(args, of);
  const found = readReceipt(dir);
  if (found === undefined)
    throw new CommandError(`attempt ${n} of ${of.issue.id} has no receipt yet`, `fleet task ${of.issue.id} log -f`);
  io.out(flag(args, "json") ? json(found) : describeReceipt(found, terminalWidth(io)));
  return EXIT.ok;
}

/** What the directory's repository has changed since the attempt began: commits and what is not committed yet. */
async function diff(io: Io, args: Args, of: Of): Promise<number> {
  const { cwd, base_commit, diff: text, unfiltered, left_out } = await changesSince(chosen(args, of).dir, io.env);
  if (unfiltered.length > 0)
    io.err(
      `(git reads ${someOf(unfiltered, 5)} through a filter, which fleet does not run: shown as on disk, changed or not)\n`,
    );
  if (left_out.length > 0) io.err(`(new, and too large or too many to be shown: ${someOf(left_out, 5)})\n`);
  if (flag(args, "json")) io.out(json({ cwd, base_commit, diff: text, left_out }));
  else if (text === "") io.err(`No changes since ${base_commit.slice(0, 10)} in ${cwd}.\n`);
  else if (io.isTerminal.stdout) io.out(text);
  // For `git apply`.
  else io.exact(text);
  return EXIT.ok;
}
