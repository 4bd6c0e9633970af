/** Tasks that do the same, side by side: how each ended, what shows its work, what it took, how large it is, and what nobody verified. */
import { ifReadable } from "@fleet/kit/errors";
import { parseChanged } from "@fleet/kit/git/changed-paths";
import { isOid } from "@fleet/kit/git/oid";
import { heldBy, reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import { CONTAINERS, PARENT } from "@fleet/store/status";

import { filesKnown } from "../../attempts/evidence/files-known.ts";
import { attemptsOf } from "../../attempts/records/paths.ts";
import { readReceipt, type Receipt } from "../../attempts/records/receipt.ts";
import { coderOf, modelOf } from "../../engine/core/tasks.ts";
import type { OutcomeKind } from "../../attempts/records/outcome.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { attemptRows } from "./compare.ts";
import { type KeptWork, keptWork } from "../../engine/shell/land/work-kept.ts";

/** One task; `--json` prints exactly this. Times in milliseconds. */
export interface ComparedTask {
  readonly id: string;
  readonly title: string;
  readonly coder: string;
  readonly model: string | null;
  /** Its state: running, waiting to be picked or reviewed, or its status. */
  readonly state: string;
  readonly attempts: number;
  readonly outcome: OutcomeKind | null;
  readonly grade: string | null;
  readonly checks: readonly { readonly command: string; readonly verdict: string }[];
  readonly duration_ms: number | null;
  readonly tokens: number | null;
  readonly cost_usd: number | null;
  readonly added: number | null;
  readonly deleted: number | null;
  /** The files that it changed. */
  readonly files: readonly string[] | null;
  /** Which of these each of the others changed, too. */
  readonly common: readonly { readonly id: string; readonly files: readonly string[] }[];
  /** What nobody verified of it, a line on each. */
  readonly unverified: readonly string[];
}

/** The tasks below an epic, by their numbers; undefined for a task. */
export function tasksBelow({ store }: Fleet, epic: Issue): Issue[] | undefined {
  if (!CONTAINERS.has(epic.issue_type)) return undefined;
  const numberOf = ({ id }: Issue): number => Number(id.slice(id.lastIndexOf(".") + 1)) || 0;
  return [...store.snapshot().all()]
    .filter(
      ({ status, issue_type, dependencies = [] }) =>
        status !== "tombstone" &&
        !CONTAINERS.has(issue_type) &&
        dependencies.some(({ type, depends_on_id: to }) => type === PARENT && to === epic.id),
    )
    .sort((a, b) => numberOf(a) - numberOf(b));
}

export async function comparedTasks(fleet: Fleet, issues: readonly Issue[]): Promise<ComparedTask[]> {
  const { config } = await fleet.settings();
  const around = { home: fleet.home, config, env: fleet.world.env, now: fleet.now() };
  const rows = await Promise.all(
    issues.map(async (issue) => {
      const attempts = await attemptRows(around, issue.id);
      const receipt = lastReceipt(fleet.home, issue.id);
      const size = await sizeOf(fleet, issue, receipt);
      const last = attempts.at(-1);
      const sum = (of: (row: (typeof attempts)[number]) => number | undefined): number | null => {
        const known = attempts.flatMap((row) => of(row) ?? []);
        return known.length === 0 ? null : known.reduce((total, one) => total + one, 0);
      };
      return {
        id: issue.id,
        title: issue.title,
        coder: last?.coder ?? coderOf(issue, config),
        model: last?.model ?? modelOf(issue, config) ?? null,
        state: stateOf(issue),
        attempts: attempts.length,
        outcome: last?.outcome ?? null,
        grade: reviewOf(issue)?.grade ?? fleetRecord(issue).grade ?? null,
        checks: (last?.checks ?? []).map(({ command, verdict }) => ({ command, verdict })),
        duration_ms: sum((row) => row.duration_ms),
        tokens: sum((row) => row.tokens),
        cost_usd: sum((row) => row.cost_usd),
        ...size,
        unverified: unverifiedIn(issue, receipt),
      };
    }),
  );
  return rows.map((row) => ({ ...row, common: commonWith(row, rows) }));
}

function commonWith(
  { id, files }: Pick<ComparedTask, "id" | "files">,
  rows: readonly Pick<ComparedTask, "id" | "files">[],
): ComparedTask["common"] {
  const mine = new Set(files);
  return rows.flatMap((other) => {
    const both = other.id === id ? [] : (other.files ?? []).filter((path) => mine.has(path));
    return both.length === 0 ? [] : [{ id: other.id, files: both }];
  });
}

function stateOf(issue: Issue): string {
  if (heldBy(issue) !== undefined) return "running";
  const review = reviewOf(issue);
  if (review === undefined) return issue.status;
  return review.grade === undefined ? "asked" : "review";
}

function lastReceipt(home: string, task: string): Receipt | undefined {
  for (const { dir } of attemptsOf(home, task).toReversed()) {
    const found = ifReadable(() => readReceipt(dir));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function sizeOf(
  fleet: Fleet,
  issue: Issue,
  receipt: Receipt | undefined,
): Promise<Pick<ComparedTask, "added" | "deleted" | "files">> {
  const work = await keptWork(fleet, issue);
  const counted = work === undefined ? undefined : await lines(work);
  if (counted !== undefined) return counted;
  const { added = null, deleted = null, changed = null } = receipt?.files ?? {};
  return { added, deleted, files: filesKnown(receipt) === null ? null : changed };
}

async function lines({
  ask,
  base,
  head,
}: KeptWork): Promise<Pick<ComparedTask, "added" | "deleted" | "files"> | undefined> {
  const range = ["-r", "-z", "--no-renames", base, head];
  const [listed, numbers] = [await ask(["diff-tree", ...range]), await ask(["diff-tree", "--numstat", ...range])];
  if (listed.kind !== "ok" || numbers.kind !== "ok") return undefined;
  const counts = [...numbers.stdout.matchAll(/(?:^|\0)(\d+|-)\t(\d+|-)\t/g)];
  const sum = (at: 1 | 2): number => counts.reduce((total, match) => total + (Number(match[at]) || 0), 0);
  return { added: sum(1), deleted: sum(2), files: parseChanged(listed.stdout).map(({ path }) => path) };
}

function unverifiedIn(issue: Issue, receipt: Receipt | undefined): string[] {
  if (receipt === undefined) return ["no attempt of it has ended"];
  const { missing = [], not_looked_at = [], outside = [], checks = [], unguarded } = receipt;
  return [
    ...(reviewOf(issue)?.missing ?? missing),
    ...(checks.length === 0 ? ["no check ran"] : []),
    ...(outside.length === 0 ? [] : [`changed outside of its scope: ${outside.join(", ")}`]),
    ...(unguarded === undefined ? [] : [unguarded]),
    ...not_looked_at,
  ];
}

/** From the files of one to those of the other, as both were at the end of their last attempts. */
export async function diffBetween(fleet: Fleet, one: Issue, other: Issue): Promise<string> {
  const [from, to] = await Promise.all([keptWork(fleet, one), keptWork(fleet, other)]);
  const lacking = from === undefined ? one : to === undefined ? other : undefined;
  if (from === undefined || to === undefined)
    throw new CommandError(`nothing is kept of the work of ${lacking?.id ?? ""}`, `fleet task ${lacking?.id ?? ""}`);
  if (![from.head, to.head].every(isOid)) throw new CommandError("what is kept of them is no commit");
  const shown = await from.ask(["diff", "--no-ext-diff", "--no-textconv", "--no-color", from.head, to.head]);
  if (shown.kind === "ok") return shown.stdout;
  throw new CommandError(
    `${one.id} and ${other.id} are not of the same repository, or their work is gone`,
    `fleet task ${one.id} diff`,
    EXIT.failed,
  );
}
