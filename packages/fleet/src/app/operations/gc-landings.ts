/** The part of `fleet gc` that is about landings: trees in which they are built, and refs of fleet's in people's repositories. */
import { isRefDone } from "../../engine/core/collect.ts";
import { closedAt, isOver } from "../../engine/shell/collect.ts";
import { landingTrees, removeLandingTree, whileNobodyLands } from "../../landing/leave.ts";
import type { Depot } from "../../workspaces/depots.ts";
import type { Making } from "../../workspaces/making.ts";
import { landingDir } from "../../workspaces/paths.ts";
import { dropSourceRefs, type SourceRef, sourceRefsIn } from "../../workspaces/source-refs.ts";
import type { Fleet } from "../open.ts";

export interface CollectedLanding {
  readonly dir: string;
  /** The git directory of the repository that it lands in; null where that is not known any more. */
  readonly source: string | null;
  readonly bytes: number;
  readonly goes: boolean;
  /** One line. */
  readonly why: string;
}

export interface CollectedRef {
  /** The git directory that it is in. */
  readonly repository: string;
  readonly ref: string;
  readonly task: string;
}

/** A depot, as it is once what goes is gone. */
export interface DepotAfter extends Depot {
  readonly goes: boolean;
  readonly isSourceGone: boolean;
  /** Where its source is now. */
  readonly sourceNow: string;
}

interface Asked {
  readonly remove: boolean;
  readonly age: number;
  readonly letGo: ReadonlySet<string>;
  readonly depots: readonly DepotAfter[];
}

export async function collectLandings(
  { home, store }: Fleet,
  { remove, depots }: Pick<Asked, "remove" | "depots">,
): Promise<readonly CollectedLanding[]> {
  const collected: CollectedLanding[] = [];
  for (const { dir, depot, bytes, active } of landingTrees(home)) {
    const of = depots.find((one) => one.dir === depot);
    const tasks = of === undefined || of.goes ? [] : [...new Set([...of.begun, ...of.attempted])];
    const [open] = tasks.filter((task) => !isOver(store.snapshot(), task));
    const isLost = of === undefined || of.isSourceGone;
    const why =
      active !== undefined && !isLost
        ? `the landing of ${active.task} was interrupted: fleet land ${active.task}`
        : open !== undefined
          ? `${open} may land in it`
          : undefined;
    const about = { dir, source: of?.sourceNow ?? null, bytes };
    if (why !== undefined) collected.push({ ...about, goes: false, why });
    else if (!remove || (await removeLandingTree(home, dir, isLost)))
      collected.push({ ...about, goes: true, why: "no open task lands in it" });
    else collected.push({ ...about, goes: false, why: "a task lands in it" });
  }
  return collected;
}

/** Refs in the repositories of people that no task needs any more. */
export async function collectRefs(
  { home, store, now }: Fleet,
  making: Making,
  { remove, age, depots, letGo }: Asked,
): Promise<readonly CollectedRef[]> {
  const collected: CollectedRef[] = [];
  const moving = new Set(landingTrees(home).flatMap(({ active }) => active?.task ?? []));
  for (const depot of depots) {
    if (depot.isSourceGone) continue;
    const snapshot = store.snapshot();
    const isDone = ({ kind, task }: SourceRef): boolean =>
      isRefDone(
        {
          kind,
          isOver: isOver(snapshot, task),
          closedAt: letGo.has(task) ? undefined : closedAt(snapshot, task),
          isMoving: moving.has(task),
          isKept: !depot.goes && (depot.attempted.includes(task) || depot.borrowers.includes(task)),
        },
        age,
        now(),
      );
    const done = sourceRefsIn(home, depot.sourceNow).filter(isDone);
    if (done.length === 0) continue;
    const drop = async (): Promise<true> => {
      await dropSourceRefs(making, depot.sourceNow, done);
      return true;
    };
    if (remove && (await whileNobodyLands(landingDir(home, depot.sourceNow), drop)) === undefined) continue;
    collected.push(...done.map(({ name, task }) => ({ repository: depot.sourceNow, ref: name, task })));
  }
  return collected;
}
