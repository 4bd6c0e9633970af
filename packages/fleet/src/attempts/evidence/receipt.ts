/** Makes the receipt of an attempt. Pure. */
import { counted } from "@fleet/kit/figures";
import { clip, orNull } from "@fleet/kit/text";

import type { GitRan } from "../ran/trace.ts";
import type { AttemptRecord } from "../records/record.ts";
import type { Receipt } from "../records/receipt.ts";
import type { Used } from "../limits/spent-file.ts";
import type { Seen } from "./seen.ts";
import { ignoredOf, limitOf, notLookedAt, unreadOf, UNSEEN } from "./untold.ts";

/** A receipt is read by people: longer lists are cut, and the count says of how many. */
const MOST_PATHS = 500;
/** Other lists are shorter, but an agent that loops makes them long, too. */
const MOST = 50;
/** Characters of its words; the task has all of them. */
const MOST_WORDS = 4_000;

export interface Judged {
  readonly outside: readonly string[];
  readonly missing: readonly string[];
  /** Its words, if it claims to be done. */
  readonly claim: NonNullable<Receipt["claim"]> | undefined;
}

export function makeReceipt(seen: Seen, { outside, missing, claim }: Judged): Partial<Receipt> {
  const { changes, tools, overlapped, checks, apart, span, ran, onBase } = seen;
  const { failures = [] } = tools;
  return {
    ...(claim === undefined ? {} : { claim: { how: claim.how, words: orNull(clip(claim.words ?? "", MOST_WORDS)) } }),
    ...(span === undefined ? {} : { base: baseOf(span) }),
    ...(span?.head === undefined ? {} : { head: span.head }),
    ...(seen.reportsTools ? { tools: tools.byName, failures: failures.slice(0, MOST) } : {}),
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
    ...(ran === undefined ? {} : { commands: commandsIn(ran) }),
    checks: checks.map(({ result, runs, flaky, at }) => {
      const { command, verdict, code, ms, tail } = result;
      return {
        command,
        verdict,
        ...(code === undefined ? {} : { code }),
        ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
        ms,
        runs,
        ...(flaky ? { flaky } : {}),
        tail,
      };
    }),
    ...(onBase.length === 0 ? {} : { on_base: [...onBase] }),
    ...((seen.byChecks ?? []).length === 0 ? {} : { changed_by_checks: (seen.byChecks ?? []).slice(0, MOST_PATHS) }),
    missing: [...missing],
    outside: outside.slice(0, MOST_PATHS),
    ...(seen.guarded.length === 0
      ? {}
      : { protected: seen.guarded.map(({ what, putBack, whose }) => ({ what, put_back: putBack, whose })) }),
    overlapped: overlapped.map(({ task, n }) => ({ task, n })),
    not_looked_at: notLookedAt(seen),
  };
}

const baseOf = ({ base, at }: NonNullable<Seen["span"]>): NonNullable<Receipt["base"]> => ({
  ...(base === undefined ? {} : { commit: base }),
  at,
});

/** Which attempt it was, and by which coder and model. */
export const identityOf = ({ task, n, coder, model }: AttemptRecord): Partial<Receipt> => ({
  task,
  attempt: n,
  coder,
  ...(model === undefined ? {} : { model }),
});

/** The usage of all attempts of the task together: count, duration, tokens, cost. */
export function usedInAll(own: Omit<Used, "uuid">, others: readonly Omit<Used, "uuid">[]): NonNullable<Receipt["all"]> {
  const all = [own, ...others];
  const sum = (of: (used: Omit<Used, "uuid">) => number): number => all.reduce((total, used) => total + of(used), 0);
  const usd = sum((used) => used.usd);
  return {
    attempts: all.length,
    duration_ms: sum(({ ms = 0 }) => ms),
    tokens: sum(({ input, output }) => input + output),
    ...(usd === 0 ? {} : { usd }),
  };
}

/** Git commands of the agent, its scripts and hooks; those that git calls itself belong to these. */
function commandsIn({ commands }: GitRan): NonNullable<Receipt["commands"]> {
  const tally = new Map<string, { runs: number; failed: number }>();
  for (const { name, under, code = 0 } of commands) {
    if (under !== undefined) continue;
    const { runs = 0, failed = 0 } = tally.get(name) ?? {};
    tally.set(name, { runs: runs + 1, failed: failed + (code === 0 ? 0 : 1) });
  }
  return [...tally]
    .map(([name, counts]) => ({ command: `git ${clip(name, MOST_NAME)}`, ...counts }))
    .toSorted((a, b) => b.runs - a.runs)
    .slice(0, MOST);
}

const MOST_NAME = 100;

function filesOf(seen: Seen): NonNullable<Receipt["files"]> {
  const { changes, overlapped, mine } = seen;
  const changed = mine.slice(0, MOST_PATHS);
  const listed = { changed, count: mine.length, ...linesOf(seen) };
  if (overlapped.length > 0)
    return {
      from: "tools",
      ...listed,
      note: `other attempts worked in the same directory, so only what its tools and its commits name is listed (${counted(changes?.paths.length ?? 0, "file")} changed there in all)`,
    };
  if (changes === undefined) return { from: "unknown", changed: [], count: 0, note: UNSEEN };
  const notes = [limitOf(changes), unreadOf(changes), ignoredOf(changes)].filter((note) => note !== undefined);
  return { from: changes.from, ...listed, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
}

/** Lines of its changes; a file that others changed too counts with all its differences. */
function linesOf({ changes, mine }: Seen): Pick<NonNullable<Receipt["files"]>, "added" | "deleted" | "lines"> {
  const named = new Set(mine);
  const lines = (changes?.lines ?? []).filter(({ path }) => named.has(path));
  if (lines.length === 0) return {};
  const sum = (of: "added" | "deleted"): number => lines.reduce((total, one) => total + one[of], 0);
  return { added: sum("added"), deleted: sum("deleted"), lines: lines.slice(0, MOST_PATHS) };
}
