/**
 * Lands one task that waits for it, and writes what came of that into the store: it closes, goes back with what is in its way, or
 * waits. Killed anywhere, the next one comes to the same.
 */
import { borrowing } from "@fleet/kit/git/alternates";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { shortageOf } from "@fleet/kit/shortage";
import { acceptedOf, landingOf as stageOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Act } from "@fleet/store/decision";
import type { Issue } from "@fleet/store/issue";
import { landBack } from "@fleet/store/ops/land-back";
import { landed } from "@fleet/store/ops/landed";
import type { Store } from "@fleet/store/store";

import { land, type LandEnd, type Lander, type Landing, type LandPoint } from "../../../landing/land.ts";
import { withMarkers } from "../../../landing/markers.ts";
import { type Back, backOf, readLanding, takenOff, writeLanding } from "../../../landing/record.ts";
import { LandingError } from "../../../landing/trouble.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { readWorkspace } from "../../../workspaces/record.ts";
import { fateOfLanding, type LandingFate } from "../../core/landing-end.ts";
import { voidedApproval } from "./approved.ts";
import { type Around, landerOf, landingOf } from "./landing-of.ts";
import { type Needed, neededBy } from "./needed.ts";
import { changedSince } from "./still-to-land.ts";

export interface LandingTask extends Around {
  readonly store: Store;
  readonly now: () => number;
  readonly act: () => Act;
  readonly until?: AbortSignal;
  readonly patience?: number;
  /** Where a test may end it. */
  readonly at?: Lander["at"];
}

/** The result: `held` changed nothing, all others are in the store. */
export interface LandingDone {
  readonly fate: LandingFate | { readonly kind: "gone" };
  readonly landing?: Landing;
  readonly end?: LandEnd;
  /** Files that a killed lander left as they are, a sentence each. */
  readonly left: readonly string[];
}

/** Where nothing of it is in the person's repository yet but objects; a move that was begun is seen to its end. */
const LEAVES: ReadonlySet<string> = new Set(["recovered", "built", "checked", "handed"] satisfies LandPoint[]);

const GONE: LandingDone = { fate: { kind: "gone" }, left: [] };

export async function landTask(around: LandingTask, task: string): Promise<LandingDone> {
  const { home, store } = around;
  const issue = store.snapshot().issue(task);
  const stage = issue === undefined ? undefined : stageOf(issue);
  if (issue === undefined || stage === undefined) return GONE;
  const workspace = readWorkspace(home, task);
  if (workspace === undefined) return held("the record of its workspace is gone", `fleet task ${task}`);
  const dropped = (await neededBy(around, store.snapshot(), workspace)).filter(({ state }) => state === "dropped");
  if (dropped.length > 0) return await withoutNeeded(around, task, stage.attempt.uuid, dropped);
  const left: string[] = [];
  const told = { tell: (what: string) => void left.push(what) };
  const { until, patience } = around;
  const bounds = { ...(until === undefined ? {} : { until }), ...(patience === undefined ? {} : { patience }) };
  try {
    const landing = await landingOf(around, issue, workspace);
    const lander = landerOf(around, landing, around.now, { ...told, ...bounds, at: atPoint(around) });
    const again = async () =>
      await changedSince(around, store.snapshot().issue(task) ?? issue, { before: issue, workspace, landing });
    const voided = await voidedApproval(around, issue, landing.head);
    if (voided !== undefined) return { fate: { kind: "void", ...voided }, landing, left };
    const marked = await markedIn(around, landing);
    const end: LandEnd = marked ?? (await land(lander, landing, again));
    return { fate: await settleEnd(around, issue, { attempt: stage.attempt.uuid, landing, end }), landing, end, left };
  } catch (error) {
    if (until?.aborted === true) return GONE;
    if (!(error instanceof LandingError) || error.code === "failed" || shortageOf(error) !== undefined) throw error;
    const { code, message, mend } = error;
    return { ...held(message, mend ?? null, code === "unclear"), left };
  }
}

/** Written down, with what follows from it. */
export async function settleEnd(
  around: LandingTask,
  issue: Issue,
  { attempt, landing, end }: Pick<Ended, "attempt" | "landing" | "end">,
): Promise<LandingFate> {
  const fate = fateOfLanding(end, {
    task: issue.id,
    target: landing.target,
    attempt,
    before: fleetRecord(issue).landing_round,
    most: effective(around.config, issue).value("max_conflict_rounds"),
  });
  await write(around, { issue, attempt, landing, end, fate });
  return fate;
}

const atPoint =
  ({ until, at }: LandingTask): NonNullable<Lander["at"]> =>
  (point) => {
    at?.(point);
    if (LEAVES.has(point)) until?.throwIfAborted();
  };

/** It has work in it that is no longer wanted; only a person can say whether it is to land with that. */
async function withoutNeeded(
  { store, act }: LandingTask,
  id: string,
  attempt: string,
  dropped: readonly Needed[],
): Promise<LandingDone> {
  const names = dropped.map(({ task }) => task).join(", ");
  const reason = `it was begun with the work of ${names}, which was given up: fleet land ${id} --force, or fleet retry ${id}`;
  const fate = { kind: "back", to: { kind: "block" }, reason } as const;
  const by = act();
  await store.transact(by, (now) => landBack(now, by, { id, attempt, reason, to: fate.to }));
  return { fate, left: [] };
}

/** The merge that was given back was committed with its marks. */
async function markedIn({ home, env }: Around, landing: Landing): Promise<LandEnd | undefined> {
  const back = backOf(readLanding(home, landing.task));
  if (back === undefined) return undefined;
  const { depot, source, head } = landing;
  const files = await withMarkers({ env, depot, objects: source.objects }, head, back.files);
  return files.length === 0 ? undefined : { kind: "conflict", tip: back.tip, files };
}

const held = (why: string, mend: string | null, person = false): LandingDone => ({
  fate: { kind: "held", why, mend, person, holds: "task" },
  left: [],
});

interface Ended {
  readonly issue: Issue;
  readonly attempt: string;
  readonly landing: Landing;
  readonly end: LandEnd;
  readonly fate: LandingFate;
}

async function write(around: LandingTask, { issue, attempt, landing, end, fate }: Ended): Promise<void> {
  const { home, store } = around;
  const { id: task } = issue;
  switch (fate.kind) {
    case "landed": {
      const act = around.act();
      const { commit } = fate;
      await store.transact(act, (now) =>
        landed(now, act, { id: task, accepted: acceptedOf(issue), commit, target: landing.target }),
      );
      return;
    }
    case "back": {
      const back = await backFor(around, landing, end, fate.reason);
      if (back !== undefined) writeLanding(home, task, { ...readLanding(home, task), back });
      const act = around.act();
      const { reason, to } = fate;
      await store.transact(act, (now) => landBack(now, act, { id: task, attempt, reason, to }));
      // Once a person has been asked, and not before: of a lander that is killed here, the next one asks again.
      if (end.kind === "taken-off")
        writeLanding(home, task, takenOff(readLanding(home, task), landing.head, new Date(around.now()).toISOString()));
      return;
    }
    case "void":
    case "held":
  }
}

/** The words for its next attempt. */
async function backFor(around: LandingTask, landing: Landing, end: LandEnd, reason: string): Promise<Back | undefined> {
  if (end.kind !== "conflict" && end.kind !== "red") return undefined;
  const files = end.kind === "conflict" ? end.files.slice(0, MOST_FILES) : [];
  const { target, remote } = landing;
  return {
    kind: end.kind,
    reason,
    at: new Date(around.now()).toISOString(),
    target,
    ...(remote === undefined ? {} : { remote: remote.name ?? remote.url }),
    tip: end.tip,
    files,
    theirs: await titlesSince(around, landing, end.tip, files),
    ...(end.kind === "red" ? { check: { command: end.command, how: end.how, output: end.output } } : {}),
  };
}

const MOST_FILES = 50;
const MOST_TITLES = 20;

/** Titles of the commits that the target got since the work began. */
async function titlesSince(
  { env }: LandingTask,
  { source, depot, base, head }: Landing,
  tip: string,
  files: readonly string[],
): Promise<string[]> {
  const where = { env, gitDir: depot, where: borrowing(source.objects) };
  const format = "--format=%s%x00%(trailers:key=Fleet-Task,valueonly,separator=%x2C)%x01";
  const args = ["log", `--max-count=${MOST_TITLES}`, format, tip, `^${base}`, `^${head}`];
  const listed = await gitObjects([...args, ...(files.length === 0 ? [] : ["--", ...files])], where);
  if (listed.kind !== "ok") return [];
  return listed.stdout.split("\u0001").flatMap((line) => {
    const [title = "", task = ""] = line.trim().split("\0");
    return title === "" ? [] : [task === "" ? title : `${title} (${task})`];
  });
}
