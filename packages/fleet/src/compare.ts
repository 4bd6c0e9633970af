/** Attempts side by side: what each was, how it ended, what it cost and changed. */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";

import * as z from "zod/mini";

import type { Coder } from "@fleet/coders/coder";
import { run } from "@fleet/store/git/run";

import { attemptDir, attemptNumbers, FILES } from "./attempt/paths.ts";
import { readAttempt, readOutcome, readStop, sessionOf } from "./attempt/record.ts";
import type { Config } from "./config/schema.ts";
import { readJson } from "@fleet/kit/json";
import { shellWord } from "@fleet/kit/shell";
import { coderNamed } from "./supervisor/context.ts";

/** What is compared of a receipt; all of it may be missing. */
const receipt = z.object({
  commits: z.optional(z.array(z.object({ hash: z.string() }))),
  checks: z.optional(z.array(z.object({ command: z.string(), verdict: z.string() }))),
  files: z.optional(z.object({ count: z.number() })),
});
const account = z.object({ account: z.optional(z.string()) });

/** One attempt; `--json` prints exactly this. Times in milliseconds. */
export interface AttemptRow {
  readonly task: string;
  readonly attempt: number;
  readonly coder: string | undefined;
  readonly model: string | undefined;
  readonly account: string | undefined;
  readonly outcome: string | undefined;
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

export async function attemptRows(home: string, config: Config, task: string, now: number): Promise<AttemptRow[]> {
  return await Promise.all(attemptNumbers(home, task).map(async (n) => await row(home, config, task, n, now)));
}

async function row(home: string, config: Config, task: string, n: number, now: number): Promise<AttemptRow> {
  const dir = attemptDir(home, task, n);
  const record = ifReadable(() => readAttempt(dir));
  const outcome = ifReadable(() => readOutcome(dir));
  const proof = z.safeParse(
    receipt,
    ifReadable(() => readJson(join(dir, FILES.receipt))),
  );
  const { commits = [], checks = [], files } = proof.success ? proof.data : {};
  const who = z.safeParse(
    account,
    ifReadable(() => readJson(join(dir, FILES.attempt))),
  );
  const lines = await changedLines(record?.cwd, record?.base_commit, commits);
  const tokens = outcome === undefined ? undefined : outcome.usage.input + outcome.usage.output;
  return {
    task,
    attempt: n,
    coder: record?.coder,
    model: record?.model,
    account: who.success ? who.data.account : undefined,
    outcome: outcome?.kind,
    reason: outcome?.reason ?? (ifReadable(() => readStop(dir)) === undefined ? "running" : "being stopped"),
    started_at: record?.created_at,
    duration_ms:
      outcome?.duration_ms ?? (record === undefined ? undefined : Math.max(0, now - Date.parse(record.created_at))),
    tokens: tokens === 0 ? undefined : tokens,
    cost_usd: outcome?.usage.cost_usd,
    added: lines?.added,
    deleted: lines?.deleted,
    files: files?.count ?? lines?.files,
    checks,
    resume:
      record === undefined
        ? undefined
        : resumeLine(
            coderNamed(config, record.coder),
            record.cwd,
            ifReadable(() => sessionOf(dir)),
          ),
    dir,
  };
}

/** Between where it began and the last of its commits; undefined where that can't be told. */
async function changedLines(
  cwd: string | undefined,
  base: string | undefined,
  commits: readonly { readonly hash: string }[],
): Promise<{ readonly added: number; readonly deleted: number; readonly files: number } | undefined> {
  if (cwd === undefined || base === undefined || commits.length === 0) return undefined;
  const hashes = commits.map(({ hash }) => hash);
  const last = await run("git", ["-C", cwd, "rev-list", "--topo-order", "-1", ...hashes]);
  if (last.code !== 0) return undefined;
  const diff = await run("git", ["-C", cwd, "diff", "--numstat", base, last.stdout.toString("utf8").trim()]);
  if (diff.code !== 0) return undefined;
  const counts = [...diff.stdout.toString("utf8").matchAll(/^(\d+|-)\t(\d+|-)\t/gm)];
  const sum = (at: 1 | 2): number => counts.reduce((total, match) => total + (Number(match[at]) || 0), 0);
  return { added: sum(1), deleted: sum(2), files: counts.length };
}

/** `cd DIR && claude --resume ID`; undefined for a coder that can't, or a session that has no name. */
export function resumeLine(coder: Coder | undefined, cwd: string, session: string | undefined): string | undefined {
  const command = session === undefined ? undefined : coder?.resumeByHand?.(session);
  return command === undefined ? undefined : `cd ${shellWord(cwd)} && ${command.map(shellWord).join(" ")}`;
}
