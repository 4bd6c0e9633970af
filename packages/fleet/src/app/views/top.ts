/** The whole fleet at one look: what needs a person, what runs, what is finished since somebody looked last. `fleet top --json` prints it. */
import { basename } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis, stamp } from "@fleet/store/time";

import { filesKnown } from "../../attempts/evidence/files-known.ts";
import { attemptsOf } from "../../attempts/records/paths.ts";
import { readReceipt } from "../../attempts/records/receipt.ts";
import type { Spent } from "../../attempts/records/spent.ts";
import { openIn } from "../../attempts/questions/open.ts";
import type { Reason } from "../../engine/core/reason.ts";
import { remedies } from "../../engine/core/remedies.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { modeText, readMode } from "../../engine/shell/state/mode-file.ts";
import type { Fleet } from "../open.ts";
import type { Config } from "../../settings/schema.ts";
import { shownSettings } from "../../settings/shown.ts";
import { type AccountRow, accountsReport } from "./accounts.ts";
import { channelRows } from "./channels.ts";
import { type Counts, countsOf } from "./counts.ts";
import { isSeen, type Looked } from "./last-look.ts";
import type { NamesKept } from "./names-kept.ts";
import { overview, type TaskRow } from "./overview.ts";
import { directoriesIn } from "./seen-world.ts";

/** What settles it: which key, and which operation behind it. */
type NeedKind =
  /** An agent asks, and may be waiting. */
  | "question"
  /** An attempt says that it is done, and that could not be proven: a person judges. */
  | "asked"
  /** Its work is believed, and a person is to see it. */
  | "review"
  /** Accepted, and not on its target yet. */
  | "landing"
  /** Blocked, or left behind by an attempt: to be tried again. */
  | "retry"
  /** Something of the task has to be changed first. */
  | "held"
  /** Nothing starts, or nothing watches: the fleet as a whole. */
  | "fleet"
  /** An account that only a person can resume. */
  | "account";

/** A row of what needs a person. */
export interface NeedRow {
  readonly kind: NeedKind;
  /** Null where it is the fleet's. */
  readonly id: string | null;
  readonly title: string | null;
  readonly project: string | null;
  /** The directory of its task. */
  readonly cwd: string | null;
  readonly coder: string | null;
  /** One line. Times in it are RFC 3339. */
  readonly reason: string;
  /** RFC 3339: since when, where that is known. */
  readonly since: string | null;
  /** What a person types. */
  readonly command: string;
  /** Of a question: its number on the task, and what the agent offered to choose from. */
  readonly question: number | null;
  readonly options: readonly string[];
  /** Of an account: its name. */
  readonly account: string | null;
}

export interface FinishedRow {
  readonly id: string;
  readonly title: string;
  readonly project: string | null;
  readonly coder: string | null;
  readonly closed_at: string;
  /** How strong what shows its work is; null where no attempt of fleet's closed it. */
  readonly grade: string | null;
  readonly checks: { readonly passed: number; readonly failed: number } | null;
  readonly files: number | null;
  readonly added: number | null;
  readonly deleted: number | null;
  readonly reason: string | null;
}

export interface TopView {
  /** RFC 3339. */
  readonly at: string;
  readonly needs: readonly NeedRow[];
  readonly running: readonly TaskRow[];
  /** The part not seen yet, newest first; at most 50. */
  readonly finished: readonly FinishedRow[];
  /** How many those are in all. */
  readonly finished_count: number;
  /** RFC 3339: finished since then. */
  readonly since: string;
  /** Tasks that are not closed, by state. */
  readonly counts: Omit<Counts, "closed">;
  readonly accounts: readonly AccountRow[];
  readonly spent_today: Spent;
  readonly mode: "running" | "paused" | "draining";
  readonly supervised: boolean;
}

/** More are told once those were seen. */
const MOST_FINISHED = 50;

/** All of it, at one look. `kept`: of whoever must not be kept waiting by a directory that gives no answer. */
export async function topView(fleet: Fleet, looked: Looked, kept?: NamesKept): Promise<TopView> {
  const { home, store, now } = fleet;
  const settings = await shownSettings(home, store);
  const snapshot = store.snapshot();
  const names = await kept?.names(directoriesIn(home, snapshot, settings));
  const at = now();
  const rows = overview(home, snapshot, settings, at, "live", names);
  const { accounts } = await accountsReport(fleet);
  const led = leaderOf(home);
  const { closed: _closed, ...counts } = countsOf(rows);
  const finished = unseen(snapshot, looked);
  return {
    at: stamp(at),
    needs: [
      ...fleetNeeds(fleet, led.kind !== "none", rows),
      ...accountNeeds(accounts),
      ...channelNeeds(home, settings.config),
      ...taskNeeds(fleet, rows),
    ],
    running: rows.filter(({ state }) => state === "running"),
    finished: finished.slice(0, MOST_FINISHED).map((issue) => finishedRow(home, issue)),
    finished_count: finished.length,
    since: stamp(looked.since),
    counts,
    accounts,
    spent_today: spentOf(accounts),
    mode: readMode(home),
    supervised: led.kind !== "none",
  };
}

/** The same with what runs as it is now, and all else as it was: a fraction of the work, in a queue of thousands. */
export async function runningAnew({ home, store, now }: Fleet, before: TopView): Promise<TopView> {
  const at = now();
  const running = overview(home, store.snapshot(), await shownSettings(home, store), at, "running");
  return { ...before, running, counts: { ...before.counts, running: running.length } };
}

/** "*" is the sum of the others, where it is there. */
const spentOf = (accounts: readonly AccountRow[]): Spent =>
  accounts
    .filter(({ name }) => name !== "*")
    .reduce<Spent>((sum, { spent_today: spent }) => ({ tokens: sum.tokens + spent.tokens, usd: sum.usd + spent.usd }), {
      tokens: 0,
      usd: 0,
    });

/** Channels that fail: a person who relies on being called would miss it. */
const channelNeeds = (home: string, config: Config): NeedRow[] =>
  channelRows(home, config.notify).flatMap(({ name, trouble }): NeedRow[] => {
    if (trouble === null) return [];
    const reason = `can't reach you through the channel ${name}: ${trouble}`;
    return [{ ...OF_FLEET, kind: "fleet", reason, command: `fleet notify test ${name}`, since: null }];
  });

const OF_FLEET = {
  id: null,
  title: null,
  project: null,
  cwd: null,
  coder: null,
  question: null,
  options: [],
  account: null,
};

function fleetNeeds({ home, now }: Fleet, isSupervised: boolean, rows: readonly TaskRow[]): NeedRow[] {
  const mode = modeText(home, now());
  const hold = shownHold(home);
  const isWaitedFor = rows.some(({ state, why }) => state === "running" || why?.kind === "unsupervised");
  const need = (reason: string, command: string, since: string | null): NeedRow => {
    return { ...OF_FLEET, kind: "fleet", reason, command, since };
  };
  return [
    ...(!isSupervised && isWaitedFor ? [need("no supervisor is running, so nothing starts", "fleet start", null)] : []),
    ...(mode === undefined ? [] : [need(mode.split(". Resume with")[0] ?? mode, "fleet resume", null)]),
    ...(hold === undefined ? [] : [need(`nothing starts: ${hold.text}`, "fleet doctor", hold.since)]),
  ];
}

const accountNeeds = (accounts: readonly AccountRow[]): NeedRow[] =>
  accounts
    .filter(({ state, until }) => state !== "free" && until === null)
    .map(({ name, coder, reason }) => ({
      ...OF_FLEET,
      kind: "account",
      coder,
      title: name === "*" ? "the fleet" : name,
      reason: reason ?? "it waits",
      since: null,
      command: name === "*" ? "fleet resume" : `fleet resume ${name}`,
      account: name,
    }));

/** Questions first: an agent waits for the answer. */
function taskNeeds({ store, now }: Fleet, rows: readonly TaskRow[]): NeedRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const questions = openIn(store, now()).map((one): NeedRow => {
    const { id, title, question: reason, since, n, options, coder, answer_with } = one;
    const { project = null, cwd = null } = byId.get(id) ?? {};
    const command = answer_with ?? `fleet answer ${id} "…"`;
    const task = { id, title, project, cwd, coder };
    return { kind: "question", ...task, reason, since, command, question: n, options, account: null };
  });
  const asking = new Set(questions.map(({ id }) => id));
  const others = rows
    .filter(({ id, state }) => (state === "needs-you" || state === "held") && !asking.has(id))
    .map((row): NeedRow => {
      const { id, title, project, cwd, coder, reason, why } = row;
      const [command = `fleet explain ${id}`] = why === null ? [] : remedies(id, why);
      const kind = why === null ? "held" : kindOf(why);
      return { ...OF_FLEET, kind, id, title, project, cwd, coder, reason: reason ?? "", since: null, command };
    });
  return [...questions, ...others];
}

/** Such tasks are tried again, and nothing else has to be changed first. */
const RETRIED: ReadonlySet<Reason["kind"]> = new Set(["needs-you", "left-behind", "record-unknown"]);

function kindOf({ kind }: Reason): NeedKind {
  if (kind === "in-review" || kind === "to-pick") return "review";
  return kind === "asked" || kind === "landing" ? kind : RETRIED.has(kind) ? "retry" : "held";
}

function unseen(snapshot: Snapshot, looked: Looked): Issue[] {
  const closed = snapshot.all().flatMap((issue) => {
    const { id, closed_at } = issue;
    const isNews = closed_at !== undefined && !isSeen(looked, { id, closed_at });
    return isNews ? [{ issue, at: millis(closed_at) }] : [];
  });
  return closed.sort((a, b) => b.at - a.at).map(({ issue }) => issue);
}

/** What is closed changes no more. */
const known = new Map<string, FinishedRow>();

function finishedRow(home: string, issue: Issue): FinishedRow {
  const key = `${home} ${issue.id} ${issue.updated_at}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const last = attemptsOf(home, issue.id).at(-1);
  const receipt = last === undefined ? undefined : ifReadable(() => readReceipt(last.dir));
  const { files, checks } = receipt ?? {};
  const cwd = issue.metadata?.["cwd"];
  const row: FinishedRow = {
    id: issue.id,
    title: issue.title,
    project: typeof cwd === "string" ? basename(cwd) || cwd : null,
    coder: receipt?.coder ?? null,
    closed_at: issue.closed_at ?? "",
    grade: fleetRecord(issue).grade ?? null,
    checks:
      checks === undefined
        ? null
        : {
            passed: checks.filter(({ code }) => code === 0).length,
            failed: checks.filter(({ code }) => code !== 0).length,
          },
    files: filesKnown(receipt),
    added: files?.added ?? null,
    deleted: files?.deleted ?? null,
    reason: issue.close_reason ?? null,
  };
  known.set(key, row);
  return row;
}
