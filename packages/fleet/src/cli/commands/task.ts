/** `fleet task ID …`: one task's attempts and what they left. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { someOf } from "@fleet/kit/text";
import { ifReadable, readOr } from "@fleet/kit/errors";
import { heldBy } from "@fleet/store/claims";
import { find } from "@fleet/store/ops/find";
import type { Store } from "@fleet/store/store";

import { decodeEvent, readable } from "../../attempts/records/event-line.ts";
import { artifactsDir, attemptDir, attemptNumbers, FILES, KNOWLEDGE, PLAN } from "../../attempts/records/paths.ts";
import { readAttempt, readOutcome, readReceipt, readStop, sessionOf } from "../../attempts/records/record.ts";
import { monotonic } from "@fleet/kit/clock";
import { reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import { openRepository, zeroed } from "@fleet/kit/git/repository";
import { shellWord } from "@fleet/kit/shell";
import { attemptRows } from "../../app/views/compare.ts";
import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { duration } from "@fleet/kit/duration";
import { describeAsked, describeReceipt } from "../../attempts/evidence/describe.ts";
import { readBefore } from "../../attempts/evidence/files.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { measureText } from "../../attempts/limits/measure.ts";
import { printableJson } from "@fleet/kit/printable";
import { measuresOf } from "../../attempts/limits/of-task.ts";
import { recentFacts } from "../../app/views/overview.ts";
import { MIB, readText } from "@fleet/kit/read";
import { follow } from "@fleet/kit/follow";
import type { Io } from "../../app/io.ts";
import { questionRows, questionText } from "../../attempts/questions/describe.ts";
import { columns } from "@fleet/kit/table";
import { colours } from "../style.ts";
import { coderNamed } from "../../engine/shell/loop/context.ts";
import { leader } from "../../engine/shell/state/leader.ts";
import { waitedMs } from "../../attempts/records/waits.ts";
import { livenessRow } from "../../engine/shell/state/liveness-file.ts";
import { type Args, type Command, flag, json, openHome, text } from "./command.ts";

const VIEWS = ["attempts", "log", "plan", "knowledge", "diff", "stderr", "prompt", "receipt"] as const;
type View = (typeof VIEWS)[number];
const isView = (word: string): word is View => VIEWS.some((known) => known === word);

export const task: Command = {
  usage: ["task <id> [view]"],
  summary: `one task: ${VIEWS.join(", ")}`,
  choices: { view: VIEWS },
  options: {
    follow: { alias: "f", type: "boolean", describe: "log: go on as more comes" },
    raw: { type: "boolean", describe: "log: the coder's own lines" },
    attempt: { alias: "n", type: "number", describe: "of this attempt instead of the newest" },
  },
  examples: [
    ["fleet task fleet-3f1", "its attempts and how they ended"],
    ["fleet task fleet-3f1 log -f", "what it does, as it does it"],
    ["fleet task fleet-3f1 log --raw | jq .", "the coder's own stream"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const view = text(args, "view") ?? "attempts";
    if (!isView(view))
      throw new CommandError(
        `fleet task: no view ${JSON.stringify(view)}`,
        `fleet task ID ${VIEWS.join("|")}`,
        EXIT.usage,
      );
    const { id } = find(store.snapshot(), text(args, "id") ?? "");
    switch (view) {
      case "attempts":
        return await attempts(io, args, home, store, id);
      case "log":
        return await log(io, args, home, store, id);
      case "plan":
        return file(io, args, join(artifactsDir(home, id), PLAN), "the agent has written no plan");
      case "knowledge":
        return file(io, args, join(artifactsDir(home, id), KNOWLEDGE), "the agent has written down no knowledge");
      case "stderr":
        return file(io, args, join(chosenDir(args, home, id), FILES.stderr), "it printed nothing on standard error");
      case "prompt":
        return file(io, args, join(chosenDir(args, home, id), FILES.prompt), "no prompt was made");
      case "receipt":
        return receipt(io, args, home, id);
      case "diff":
        return await diff(io, args, home, id);
    }
  },
};

function chosenNumber(args: Args, home: string, id: string): number {
  const wanted = text(args, "attempt");
  const numbers = attemptNumbers(home, id);
  const n = wanted === undefined ? numbers.at(-1) : Number(wanted);
  if (n === undefined) throw new CommandError(`${id} was never tried`, "fleet run status");
  if (!numbers.includes(n))
    throw new CommandError(`${id} has no attempt ${n}; there are ${numbers.join(", ")}`, `fleet task ${id} attempts`);
  return n;
}

const chosenDir = (args: Args, home: string, id: string): string => attemptDir(home, id, chosenNumber(args, home, id));

async function attempts(io: Io, args: Args, home: string, store: Store, id: string): Promise<number> {
  const read = readConfig(home);
  const config = read.ok ? read.config : DEFAULTS;
  const watched = leader(home) !== undefined;
  const byHand = new Map(
    (await attemptRows({ home, config, env: io.env, now: io.now() }, id)).map((row) => [row.attempt, row]),
  );
  const rows = attemptNumbers(home, id).map((n) => {
    const dir = attemptDir(home, id, n);
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
      resume: byHand.get(n)?.resume,
      account: byHand.get(n)?.account,
      added: byHand.get(n)?.added,
      deleted: byHand.get(n)?.deleted,
      files: byHand.get(n)?.files,
      checks: byHand.get(n)?.checks,
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
    io.out(json(rows));
    return EXIT.ok;
  }
  if (rows.length === 0) {
    io.out(`${id} was never tried.\n`);
    return EXIT.ok;
  }
  const c = colours(io);
  const table = rows.map((row) => [
    String(row.attempt),
    `${row.coder ?? "?"}${row.model === undefined ? "" : `/${row.model}`}`,
    row.started_at?.slice(0, 19).replace("T", " ") ?? "",
    row.duration_ms === undefined ? "" : duration(row.duration_ms),
    (row.tokens ?? 0) === 0 ? "" : `${row.tokens} tok`,
    row.cost_usd === undefined ? "" : `$${row.cost_usd.toFixed(4)}`,
    row.added === undefined ? "" : `+${row.added} -${row.deleted ?? 0}`,
    checksText(row.checks ?? []),
    row.outcome ?? "running",
    row.reason,
  ]);
  const [head = "", ...lines] = columns([
    ["#", "CODER", "STARTED (UTC)", "TOOK", "TOKENS", "COST", "LINES", "CHECKS", "OUTCOME", "REASON"],
    ...table,
  ]);
  io.out(`${[c.dim(head), ...lines].join("\n")}\n`);
  const last = rows.at(-1);
  const ofLast = (): string =>
    last === undefined
      ? ""
      : `${describeAsked(readAttempt(last.dir)?.asked, readReceipt(last.dir))}${limitsText(last.dir, last.duration_ms ?? 0)}`;
  io.out(ifReadable(ofLast) ?? "");
  io.out(questionsText(store, id, io.now()));
  if (last !== undefined) io.out(`\nEverything of attempt ${last.attempt}: ${last.dir}\n`);
  if (last?.resume !== undefined) io.out(`Go on with its session by hand: ${last.resume}\n`);
  return EXIT.ok;
}

/** What of the attempt's record can't be read, or undefined: an agent may have put anything there. */
function whyUnreadable(dir: string): string | undefined {
  const look = (): undefined => {
    for (const read of [readAttempt, readOutcome, readStop]) read(dir);
    return undefined;
  };
  return readOr(look, ({ message, where }) => `unknown: ${message} (${where ?? dir})`);
}

/** How far the limits of an attempt are, or were at its end, used up. */
function limitsText(dir: string, ranMs: number): string {
  const record = readAttempt(dir);
  const usage = readOutcome(dir)?.usage;
  const told = usage === undefined ? recentFacts(dir) : { ...usage, costUsd: usage.cost_usd };
  const measured =
    record === undefined ? [] : measuresOf(record, told, Math.max(0, ranMs - waitedMs(dir, monotonic())));
  return measured.length === 0 ? "" : `\nLimits: ${measured.map(measureText).join(", ")}\n`;
}

function questionsText(store: Store, id: string, now: number): string {
  const issue = store.snapshot().issue(id);
  const asked = issue === undefined ? [] : questionRows(issue, now);
  return asked.length === 0 ? "" : `\nAsked:\n${asked.map((row) => questionText(row, now)).join("")}`;
}

const checksText = (checks: readonly { readonly verdict: string }[]): string =>
  checks.length === 0 ? "" : `${checks.filter(({ verdict }) => verdict === "passed").length}/${checks.length}`;

async function log(io: Io, args: Args, home: string, store: Store, id: string): Promise<number> {
  const following = flag(args, "follow");
  const fixed = text(args, "attempt");
  const raw = flag(args, "raw");
  if (!following || fixed !== undefined) chosenNumber(args, home, id);
  const n = (): number => (fixed === undefined ? (attemptNumbers(home, id).at(-1) ?? 1) : Number(fixed));
  const isRunning = (): boolean => {
    const issue = store.snapshot().issue(id);
    return issue !== undefined && heldBy(issue) !== undefined;
  };
  let grace = 2;
  await follow({
    path: () => join(attemptDir(home, id, n()), raw ? FILES.log : FILES.events),
    line: (line) => {
      if (raw) io.exact(`${line}\n`);
      else if (flag(args, "json")) io.out(`${printableJson(line)}\n`);
      else {
        const decoded = decodeEvent(line);
        const words = decoded === undefined ? undefined : readable(decoded.event);
        if (decoded !== undefined && words !== undefined)
          io.out(`${new Date(decoded.at).toTimeString().slice(0, 8)}  ${words}\n`);
      }
    },
    // What was printed just before the end is decoded within a tick or two.
    goOn: () => following && (isRunning() || grace-- > 0),
    stop: io.interrupted,
  });
  return EXIT.ok;
}

function file(io: Io, args: Args, path: string, nothing: string): number {
  const content = readText(path, { most: 64 * MIB }) ?? "";
  if (flag(args, "json")) io.out(json({ path, exists: existsSync(path), text: content }));
  else if (content.trim() === "") io.err(`(${nothing}: ${path})\n`);
  else io.out(content.endsWith("\n") ? content : `${content}\n`);
  return EXIT.ok;
}

function receipt(io: Io, args: Args, home: string, id: string): number {
  const found = readReceipt(chosenDir(args, home, id));
  if (found === undefined)
    throw new CommandError(
      `attempt ${chosenNumber(args, home, id)} of ${id} has no receipt yet`,
      `fleet task ${id} log -f`,
    );
  io.out(flag(args, "json") ? json(found) : describeReceipt(found));
  return EXIT.ok;
}

const notSeen = (cwd: string, why: string): CommandError =>
  new CommandError(`could not look at what changed in ${cwd}: ${why}`, `git -C ${shellWord(cwd)} status`);

/** `unfiltered`: of the files that differ, those that git would read through a filter of the repository's. */
async function diffSince(
  cwd: string,
  env: Io["env"],
  base: string,
): Promise<{ readonly text: string; readonly unfiltered: readonly string[] }> {
  const found = await openRepository(cwd, env);
  if (found.kind === "none") throw new CommandError(`${cwd} is in no git repository any more`);
  if (found.kind === "unknown") throw notSeen(cwd, found.why);
  const { ask, unread, close } = found.repository;
  try {
    const told = async (options: readonly string[]): Promise<string> => {
      const git = await ask("diff", { options, revisions: [base], paths: [] });
      if (git.kind !== "ok") throw notSeen(cwd, reasonOf(git));
      return git.stdout;
    };
    const names = zeroed(await told(["--name-only", "--no-renames", "-z"]));
    const known = await unread(names);
    if (known.kind === "unknown") throw notSeen(cwd, known.why);
    return { text: await told([]), unfiltered: [...known.paths] };
  } finally {
    close();
  }
}

/** What the directory's repository has changed since the attempt began: commits and what is not committed yet. */
async function diff(io: Io, args: Args, home: string, id: string): Promise<number> {
  const dir = chosenDir(args, home, id);
  const record = readAttempt(dir);
  const before = readBefore(dir);
  const cwd = record?.cwd ?? id;
  if (before?.kind === "blind") throw notSeen(cwd, `${before.why} (when the attempt began)`);
  if (record?.base_commit === undefined)
    throw new CommandError(`${cwd} was in no git repository with a commit when the attempt began`);
  if (!isOid(record.base_commit)) throw notSeen(cwd, "attempt.json names no commit where it began");
  const { text, unfiltered } = await diffSince(cwd, io.env, record.base_commit);
  if (unfiltered.length > 0)
    io.err(
      `(git reads ${someOf(unfiltered, 5)} through a filter, which fleet does not run: shown as on disk, changed or not)\n`,
    );
  if (flag(args, "json")) io.out(json({ cwd: record.cwd, base_commit: record.base_commit, diff: text }));
  else if (text === "")
    io.err(
      `(nothing differs from ${record.base_commit.slice(0, 10)} in ${record.cwd}; new files count once git knows them)\n`,
    );
  else if (io.isTerminal.stdout) io.out(text);
  // For `git apply`.
  else io.exact(text);
  return EXIT.ok;
}
