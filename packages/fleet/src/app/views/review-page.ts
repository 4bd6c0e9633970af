/** All that a person needs to say a word on a task's work: the receipt, what was said of which lines and answered, and the diff. */
import type { Issue } from "@fleet/store/issue";
import { isOpenRemark, type Remark, remarksOf } from "@fleet/store/remarks";

import { placed } from "../../engine/core/placed.ts";
import type { Receipt } from "../../attempts/records/receipt.ts";
import type { Io } from "../io.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { attemptOf, receiptOf } from "./attempt-of.ts";
import { changesKept, changesSince, type Diff } from "./diff.ts";
import { reviewRows, type ReviewRow } from "./reviews.ts";
import { readAttempt } from "../../attempts/records/record.ts";
import { workElsewhere, type WorkFiles, workFiles } from "./work-files.ts";
import { firstAttempt, keptWork } from "../../engine/shell/land/work-kept.ts";

export interface RemarkRow {
  readonly mark: string;
  readonly path: string;
  /** Where its line is now; where it is outdated, where it was. */
  readonly line: number;
  /** here: the line says what it said · outdated: it is another now, or gone. */
  readonly state: "here" | "outdated";
  readonly open: boolean;
  /** What the line said. */
  readonly text: string;
  readonly head: string | null;
  readonly by: string;
  readonly at: string;
  readonly words: string;
  readonly replies: readonly {
    readonly by: string;
    readonly at: string;
    readonly text: string;
    readonly agents: boolean;
  }[];
}

export interface ReviewPage {
  /** Undefined where it does not wait for a person's word. */
  readonly row: ReviewRow | undefined;
  readonly issue: Issue;
  readonly receipt: Receipt | undefined;
  readonly remarks: readonly RemarkRow[];
}

export async function reviewPage(fleet: Fleet, issue: Issue): Promise<ReviewPage> {
  const { home } = fleet;
  const row = (await reviewRows(fleet)).find(({ id }) => id === issue.id);
  const hasBegun = attemptOf({ home, issue }, undefined) !== undefined;
  if (row === undefined && !hasBegun)
    throw new CommandError(`${issue.id} has not started yet`, `fleet explain ${issue.id}`);
  return {
    row,
    issue,
    receipt: hasBegun ? receiptOf({ home, issue }, undefined) : undefined,
    remarks: await remarkRows(fleet, issue),
  };
}

async function remarkRows(fleet: Fleet, issue: Issue): Promise<RemarkRow[]> {
  const remarks = remarksOf(issue);
  if (remarks.length === 0) return [];
  const linesOf = await linesHere(fleet, issue);
  return await Promise.all(remarks.map(async (remark) => remarkRow(remark, await linesOf(remark.path))));
}

/** Where the work is in another home, nothing is known of the lines. */
async function linesHere(fleet: Fleet, issue: Issue): Promise<WorkFiles["linesOf"]> {
  try {
    return (await workFiles(fleet, issue)).linesOf;
  } catch (error) {
    if (error instanceof CommandError) return () => Promise.resolve(undefined);
    throw error;
  }
}

function remarkRow(remark: Remark, lines: readonly string[] | undefined): RemarkRow {
  const { mark, path, text, head, by, at, words, replies } = remark;
  const place = placed(remark, lines);
  return {
    mark,
    path,
    line: place.kind === "here" ? place.line : remark.line,
    state: place.kind,
    open: isOpenRemark(remark),
    text,
    head: head === "" ? null : head,
    by,
    at,
    words,
    replies: replies.map(({ isAgents, ...reply }) => ({ ...reply, agents: isAgents })),
  };
}

/** `why`: a sentence; the work may be in no repository, or gone. */
export type ReviewDiff = ({ readonly kind: "diff" } & Diff) | { readonly kind: "none"; readonly why: string };

/** From where the work began, over all of its attempts. */
export async function reviewDiff(fleet: Fleet, issue: Issue, env: Io["env"]): Promise<ReviewDiff> {
  try {
    return { kind: "diff", ...(await wholeDiff(fleet, issue, env)) };
  } catch (error) {
    if (error instanceof CommandError) return { kind: "none", why: error.message };
    throw error;
  }
}

const PATCH = ["diff", "--no-ext-diff", "--no-textconv", "--no-color"];

async function wholeDiff(fleet: Fleet, issue: Issue, env: Io["env"]): Promise<Diff> {
  const { home } = fleet;
  const workspace = readWorkspace(home, issue.id);
  const work = workspace === undefined ? undefined : await keptWork(fleet, issue);
  const shown = await work?.ask([...PATCH, work.base, work.head]);
  if (work !== undefined && shown?.kind === "ok")
    return {
      cwd: workspace?.dir ?? "",
      base_commit: work.base,
      diff: shown.stdout,
      unfiltered: [],
      left_out: [],
    };
  const last = attemptOf({ home, issue }, undefined);
  const kept = last === undefined ? await changesKept({ home, env, form: "patch" }, issue.id, undefined) : undefined;
  if (kept !== undefined) return kept;
  if (last === undefined) throw workElsewhere(issue);
  const isCloned = last !== undefined && readAttempt(last.dir)?.source !== undefined;
  const dir = (isCloned ? last : firstAttempt(home, issue))?.dir ?? "";
  return await changesSince({ home, dir, env, form: "patch", at: isCloned ? "end" : "now" });
}
