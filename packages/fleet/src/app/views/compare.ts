/** Attempts side by side: what each was, how it ended, what it cost and changed. */
import { ifReadable } from "@fleet/kit/errors";

import type { Coder } from "@fleet/coders/coder";
import type { Environment } from "@fleet/kit/git/environment";
import { isOid } from "@fleet/kit/git/oid";
import { type Found, openRepository } from "@fleet/kit/git/repository";

import { filesKnown } from "../../attempts/evidence/files-known.ts";
import type { OutcomeKind } from "../../attempts/records/outcome.ts";
import { type AttemptDir, attemptsOf } from "../../attempts/records/paths.ts";
import { readAttempt, readOutcome, sessionOf } from "../../attempts/records/record.ts";
import { readReceipt } from "../../attempts/records/receipt.ts";
import { readStop } from "../../attempts/records/stop.ts";
import type { Config } from "../../settings/schema.ts";
import { shellWord } from "@fleet/kit/shell";
import { coderNamed } from "../../engine/shell/loop/context.ts";

/** One attempt; `--json` prints exactly this. Times in milliseconds. */
export interface AttemptRow {
  readonly task: string;
  readonly attempt: number;
  readonly coder: string | undefined;
  readonly model: string | undefined;
  readonly account: string | undefined;
  readonly outcome: OutcomeKind | undefined;
  readonly reason: string;
  readonly started_at: string | undefined;
  readonly duration_ms: number | undefined;
  readonly tokens: number | undefined;
  readonly cost_usd: number | undefined;
  /** Lines that its commits added and deleted, and files changed, where known. */
  readonly added: number | undefined;
  readonly deleted: number | undefined;
  readonly files: number | undefined;
  readonly checks: readonly { readonly command: string; readonly verdict: string }[];
  /** What resumes the coder's session by hand, as a line for a shell. */
  readonly resume: string | undefined;
  readonly dir: string;
}

export interface Around {
  readonly home: string;
  readonly config: Config;
  readonly env: Environment;
  readonly now: number;
}

/** Each directory's repository, opened once. */
type Repositories = Map<string, Promise<Found>>;

export async function attemptRows(around: Around, task: string): Promise<AttemptRow[]> {
  const repositories: Repositories = new Map();
  try {
    return await Promise.all(
      attemptsOf(around.home, task).map(async (attempt) => await row(around, repositories, task, attempt)),
    );
  } finally {
    for (const found of await Promise.all(repositories.values()))
      if (found.kind === "repository") found.repository.close();
  }
}

async function row(
  around: Around,
  repositories: Repositories,
  task: string,
  { n, dir }: AttemptDir,
): Promise<AttemptRow> {
  const { config, env, now } = around;
  const record = ifReadable(() => readAttempt(dir));
  const outcome = ifReadable(() => readOutcome(dir));
  const receipt = ifReadable(() => readReceipt(dir));
  const { commits = [], checks = [] } = receipt ?? {};
  const lines = await changedLines(repositories, env, { ...record, commits });
  const tokens = outcome === undefined ? undefined : outcome.usage.input + outcome.usage.output;
  return {
    task,
    attempt: n,
    coder: record?.coder,
    model: record?.model,
    account: record?.account,
    outcome: outcome?.kind,
    reason: outcome?.reason ?? (ifReadable(() => readStop(dir)) === undefined ? "running" : "being stopped"),
    started_at: record?.created_at,
    duration_ms:
      outcome?.duration_ms ?? (record === undefined ? undefined : Math.max(0, now - Date.parse(record.created_at))),
    tokens: tokens === 0 ? undefined : tokens,
    cost_usd: outcome?.usage.cost_usd,
    added: lines?.added,
    deleted: lines?.deleted,
    files: filesKnown(receipt) ?? lines?.files,
    checks,
    // One that runs has its session in use, and one that never started has none.
    resume:
      record === undefined || outcome === undefined || outcome.kind === "spawn-failed"
        ? undefined
        : resumeLine(
            coderNamed(config, record.coder),
            record.cwd,
            ifReadable(() => sessionOf(dir)),
          ),
    dir,
  };
}

interface Work {
  readonly cwd?: string | undefined;
  readonly base_commit?: string | undefined;
  readonly commits: readonly { readonly hash: string }[];
}

/** Between where it began and the last of its commits; undefined where that can't be told. */
async function changedLines(
  repositories: Repositories,
  env: Environment,
  { cwd, base_commit: base, commits }: Work,
): Promise<{ readonly added: number; readonly deleted: number; readonly files: number } | undefined> {
  const hashes = commits.map(({ hash }) => hash);
  // Values from files are validated before they go on a command line.
  if (cwd === undefined || base === undefined || hashes.length === 0 || ![base, ...hashes].every(isOid))
    return undefined;
  const opening = repositories.get(cwd) ?? openRepository(cwd, env);
  repositories.set(cwd, opening);
  const found = await opening;
  if (found.kind !== "repository") return undefined;
  const { ask } = found.repository;
  const last = await ask("rev-list", { options: ["--topo-order", "-1"], revisions: hashes, paths: [] });
  if (last.kind !== "ok") return undefined;
  const diff = await ask("diff", { options: ["--numstat"], revisions: [base, last.stdout.trim()], paths: [] });
  if (diff.kind !== "ok") return undefined;
  const counts = [...diff.stdout.matchAll(/^(\d+|-)\t(\d+|-)\t/gm)];
  const sum = (at: 1 | 2): number => counts.reduce((total, match) => total + (Number(match[at]) || 0), 0);
  return { added: sum(1), deleted: sum(2), files: counts.length };
}

/** `cd DIR && claude --resume ID`; undefined for a coder that can't, or a session that has no name. */
export function resumeLine(coder: Coder | undefined, cwd: string, session: string | undefined): string | undefined {
  const command = session === undefined ? undefined : coder?.resumeByHand?.(session);
  return command === undefined ? undefined : `cd ${shellWord(cwd)} && ${command.map(shellWord).join(" ")}`;
}
