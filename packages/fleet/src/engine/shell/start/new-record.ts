/** attempt.json of an attempt that is about to start. */
import { baseOf, beganAt } from "@fleet/store/claims";
import { ownId } from "@fleet/kit/process/id";
import type { CoderCommand, CoderRequest } from "@fleet/coders/coder";

import { ifReadable } from "@fleet/kit/errors";

import { attemptsOf } from "../../../attempts/records/paths.ts";
import { type AttemptRecord, readAttempt } from "../../../attempts/records/record.ts";
import type { OnBase } from "../../../attempts/records/on-base.ts";
import type { Asked } from "../../../attempts/evidence/asked.ts";
import { answerIn, markOf, readAnswer } from "../../../attempts/evidence/deliverable.ts";
import type { Listing } from "../../../attempts/evidence/listing.ts";
import type { Place } from "../../../attempts/evidence/place.ts";
import type { TraceTarget } from "../../../attempts/ran/target.ts";
import type { Limits } from "../../../settings/limits/limits.ts";
import { usedByAll } from "../../../attempts/limits/of-task.ts";
import type { Spent } from "../../../attempts/records/spent.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { knownOf } from "../observe/model-facts.ts";

export interface Started {
  readonly command: CoderCommand;
  readonly request: CoderRequest;
  readonly model: string | undefined;
  readonly before: Listing;
  readonly source: string | undefined;
  readonly asked: Asked;
  readonly onBase: readonly OnBase[];
  /** The time limit of each check, in milliseconds. */
  readonly checkTimeout: number;
  readonly cgroup: string | undefined;
  readonly limits: Limits;
  readonly spent: Spent;
  readonly gitTrace: TraceTarget;
  /** The file that switches off what refuses a write outside of its scope. */
  readonly unguarded: string | undefined;
}

const placeIn = (before: Listing): Place => ({
  path: before.top,
  git: before.kind === "git",
  ...(before.kind === "git" && before.git !== undefined ? { repository: before.git } : {}),
});

type Placed = AttemptRecord & { readonly place: Place };

export function recordOf(context: Context, handle: Handle, started: Started): Placed {
  const { command, request, before, asked } = started;
  const { timeout, ...others } = started.limits;
  const price = knownOf(context.home, "prices", { coder: handle.coderName, model: started.model });
  const head = before.kind === "git" ? before.head : undefined;
  return {
    uuid: handle.ref.uuid,
    n: handle.ref.n,
    task: handle.task,
    coder: handle.coderName,
    account: handle.account,
    ...(started.model === undefined ? {} : { model: started.model }),
    cwd: request.cwd,
    ...(started.source === undefined ? {} : { source: started.source }),
    file: command.file,
    args: [...command.args],
    session: request.resume ?? request.sessionId,
    resumed: request.resume !== undefined,
    created_at: new Date(context.clock.wall()).toISOString(),
    monotonic: context.clock.monotonic(),
    boot: context.clock.boot,
    machine: ownId().place,
    ...(timeout === undefined ? {} : { timeout_ms: timeout }),
    ...(Object.keys(others).length === 0 ? {} : { limits: others }),
    spent: started.spent,
    ...(request.resume === undefined ? {} : { counted: countedIn(context, handle, request.resume) }),
    ...(price === undefined ? {} : { price }),
    ...(head === undefined ? {} : { base_commit: head }),
    ...baseBefore(context, handle),
    place: placeIn(before),
    asked: {
      checks: [...asked.checks],
      prove: [...asked.prove],
      expect: [...asked.expect],
      allow: [...asked.allow],
      deny: [...asked.deny],
      check_paths: [...asked.check_paths],
      ...(asked.ignores_case === true ? { ignores_case: true } : {}),
      tests_are_work: asked.tests_are_work,
      evidence: asked.evidence,
    },
    ...(started.onBase.length === 0 ? {} : { on_base: [...started.onBase] }),
    ...answerBefore(context, handle, { asked, cwd: request.cwd }),
    check_timeout_ms: started.checkTimeout,
    git_trace: started.gitTrace,
    ...(command.ofSource === undefined ? {} : { of_source: [...command.ofSource] }),
    ...(started.unguarded === undefined ? {} : { unguarded: started.unguarded }),
    ...(started.cgroup === undefined ? {} : { cgroup: started.cgroup }),
  };
}

/** The earlier attempt where the work of its task began. */
function baseBefore({ store }: Context, { task, ref }: Handle): { readonly base?: string } {
  const issue = store.snapshot().issue(task);
  const base = issue === undefined ? undefined : baseOf(issue);
  return base === undefined || base === ref.uuid ? {} : { base };
}

/** The usage of this task's earlier attempts in that session. */
function countedIn(
  context: Context,
  handle: Handle,
  session: string,
): { input: number; output: number; costUsd: number } {
  const sum = { input: 0, output: 0, costUsd: 0 };
  for (const used of usedByAll(context.home, handle.task, handle.ref.uuid)) {
    if (used.session !== session) continue;
    sum.input += used.input;
    sum.output += used.output;
    sum.costUsd += used.usd;
  }
  return sum;
}

/** The content of the expected answer file when the task began: as the first attempt that was to write it found it. */
function answerBefore(
  { home, store }: Context,
  { task, dir }: Handle,
  { asked, cwd }: { readonly asked: Asked; readonly cwd: string },
): Pick<AttemptRecord, "answer_before"> {
  const wanted = answerIn(asked.expect);
  if (wanted?.kind !== "file") return {};
  const issue = store.snapshot().issue(task);
  const began = issue === undefined ? 0 : beganAt(issue);
  const known = attemptsOf(home, task).flatMap((earlier) => {
    if (earlier.dir === dir) return [];
    const record = ifReadable(() => readAttempt(earlier.dir));
    // Opened again, its work begins anew.
    if (Date.parse(record?.created_at ?? "") < began) return [];
    const theirs = answerIn(record?.asked?.expect ?? []);
    return theirs?.kind === "file" && theirs.file === wanted.file ? (record?.answer_before ?? []) : [];
  });
  return { answer_before: known[0] ?? markOf(readAnswer(cwd, wanted.file)) };
}
