/**
 * What is to be proven is run where the task begins, and has to fail there: what its runs have shown so far, and what a person
 * is told where one does not fail. Pure.
 */
import { lastLine, someOf } from "@fleet/kit/text";

import type { CheckResult } from "../../attempts/evidence/check-files.ts";
import { stateOf } from "../../attempts/evidence/check-plan.ts";
import type { OnBase } from "../../attempts/records/on-base.ts";
import type { AttemptRecord } from "../../attempts/records/record.ts";

/** A run in this attempt: the K-th of command I. */
export interface BaseRun {
  readonly check: number;
  readonly run: number;
  /** As its record has it. */
  readonly command: string | undefined;
  readonly commit: string | undefined;
  readonly lacks?: readonly string[] | undefined;
  readonly result: CheckResult | undefined;
}

type BaseAnswer =
  /** It has to run (again), as this run of this number. */
  | { readonly kind: "due"; readonly check: number; readonly run: number }
  /** It failed, as it has to. */
  | { readonly kind: "failed"; readonly ran: Omit<OnBase, "at"> }
  /** It did not, and nothing is started. */
  | { readonly kind: "refused"; readonly why: string };

/** What the runs of this attempt say of one command; those of each number in their order. */
export function baseAnswer(task: string, command: string, all: readonly BaseRun[]): BaseAnswer {
  // One that ended before its record was written is of the same number.
  const known = all.find((one) => one.command === command)?.check;
  const runs = all.filter(({ check }) => check === known);
  const last = runs.at(-1);
  const state = stateOf(
    runs.flatMap(({ result }) => result ?? []),
    1,
  );
  if (state.kind === "due") {
    const check = known ?? Math.max(0, ...all.map((one) => one.check)) + 1;
    return { kind: "due", check, run: (last?.run ?? 0) + 1 };
  }
  const { verdict, code, ms, tail } = state.result;
  if (verdict !== "failed" && verdict !== "timed-out")
    return { kind: "refused", why: whyNot(task, command, verdict, tail) };
  if (code !== undefined && NOT_RUN.has(code))
    return { kind: "refused", why: notRun(task, command, { code, tail, tree: treeOf(last) }) };
  const commit = last?.commit === undefined ? {} : { commit: last.commit };
  const lacks = last?.lacks === undefined ? {} : { lacks: [...last.lacks] };
  return {
    kind: "failed",
    ran: { command, ...commit, ...lacks, verdict, ...(code === undefined ? {} : { code }), ms, tail },
  };
}

interface Tree {
  readonly lacks: readonly string[];
}

/** Undefined where it ran in the directory itself. */
const treeOf = (run: BaseRun | undefined): Tree | undefined =>
  run?.commit === undefined ? undefined : { lacks: run.lacks ?? [] };

const NAMED = 4;

/** By the shell: what it names can't be run, or is not there. That would fail whatever the work is. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

function notRun(
  task: string,
  command: string,
  { code, tail, tree }: { readonly code: number; readonly tail: string; readonly tree: Tree | undefined },
): string {
  const said = lastLine(tail);
  const lacks =
    tree === undefined
      ? ""
      : ` It ran on the commit's files and copies of their dependencies, without ${someOf(["what is not committed", ...tree.lacks], NAMED)}; ` +
        "have the command make what it needs.";
  return (
    `\`${command}\` is to prove the work, and can't be run where the work begins: exit ${code}${said === "" ? "" : ` (${said})`}, ` +
    `which proves nothing. Nothing was started.${lacks} ` +
    `If the work is to make what is missing, ask for it: --prove 'test -x FILE && FILE'. ` +
    `fleet bd update ${task} --prove CMD, then fleet retry ${task}`
  );
}

function whyNot(task: string, command: string, verdict: "passed" | "interrupted", tail: string): string {
  const said = lastLine(tail);
  const ended =
    verdict === "passed"
      ? "passes already where the work begins"
      : "was killed from outside each time it ran where the work begins";
  return (
    `\`${command}\` is to prove the work, and ${ended}${said === "" ? "" : ` (${said})`}: nothing was started. ` +
    `Close ${task} if the work is done; else name a command that fails: fleet bd update ${task} --prove CMD, then fleet retry ${task}`
  );
}

/** `first`: the attempt with which the task began. Where its directory is all there is, that is no longer what it was. */
export const isBaseGone = (first: Pick<AttemptRecord, "place"> | undefined): boolean =>
  first !== undefined && first.place?.git !== true;
