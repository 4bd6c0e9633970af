/** The part of `fleet gc` that is about workspaces and depots: what would go and why, what stays and why, and doing it. */
import { counted } from "@fleet/kit/figures";
import { duration } from "@fleet/kit/duration";
import { ifReadable } from "@fleet/kit/errors";
import { setting } from "@fleet/store/task-settings";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { readTaken, writeTaken } from "../../attempts/records/taken.ts";
import { fateOf, isForNobody, isUnused } from "../../engine/core/collect.ts";
import { isOver, placesFor, type SeenWorkspace, sizeOf, workspacesIn } from "../../engine/shell/collect.ts";
import type { Config } from "../../settings/schema.ts";
import { type Depot, depotsOf, removeDepot, sourceMoved, sourceOf } from "../../workspaces/depots.ts";
import { measuredRef, mergeRef } from "../../workspaces/depot.ts";
import { forgetInSource } from "../../workspaces/direct.ts";
import { forgetLfs } from "../../workspaces/lfs.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { keptOf, tasksIn } from "../../workspaces/kept.ts";
import type { Making } from "../../workspaces/making.ts";
import { dropRefs, removeWorkspace, sweepLeaving, sweepMaking } from "../../workspaces/remove.ts";
import { attemptRefs } from "../../workspaces/take-back.ts";
import { markUntidy, tidyDepot } from "../../workspaces/tidy.ts";
import { whyNot } from "../../workspaces/trouble.ts";
import type { Fleet } from "../open.ts";
import {
  type CollectedLanding,
  type CollectedRef,
  collectLandings,
  collectRefs,
  type DepotAfter,
} from "./gc-landings.ts";

export interface CollectedWorkspace {
  readonly task: string;
  readonly dir: string;
  readonly bytes: number;
  /** It was deleted, or would be. */
  readonly goes: boolean;
  /** One line. */
  readonly why: string;
}

export interface CollectedDepot {
  readonly dir: string;
  /** The git directory of the repository that it is of. */
  readonly source: string;
  /** there · moved: found again at `moved_to` · several: found at more than one place · gone: at none. */
  readonly source_is: "there" | "moved" | "several" | "gone";
  readonly moved_to: string | null;
  /** Its own. */
  readonly bytes: number;
  /** Of packs that are the source's too. */
  readonly shared_bytes: number;
  /** How many tasks have work in it. */
  readonly tasks: number;
  /** One of them. */
  readonly first_task: string | null;
  readonly goes: boolean;
  readonly why: string;
}

interface Asked {
  readonly remove: boolean;
  /** Milliseconds since a task was closed. */
  readonly age: number;
  readonly letGo: ReadonlySet<string>;
  readonly config: Config;
}

export async function collectWorkspaces(
  fleet: Fleet,
  { remove, age, letGo, config }: Asked,
): Promise<{
  readonly let_go: string[];
  readonly workspaces: CollectedWorkspace[];
  readonly depots: CollectedDepot[];
  readonly landings: readonly CollectedLanding[];
  readonly refs: readonly CollectedRef[];
  /** What an earlier deletion left, and could not be deleted now either: sentences. */
  readonly undeleted: readonly string[];
}> {
  const { home, store, world } = fleet;
  const making: Making = { home, env: world.env, now: fleet.now };
  const undeleted = remove ? sweepLeaving(home) : [];
  if (remove) sweepMaking(home, fleet.now());
  const workspaces: CollectedWorkspace[] = [];
  for (const seen of workspacesIn(home, store.snapshot(), letGo))
    workspaces.push(await collectOne(fleet, making, seen, { remove, age }));
  const staying = new Set(workspaces.flatMap(({ task, goes }) => (goes ? [] : [task])));
  if (remove) for (const task of letGo) if (!staying.has(task)) await forget(fleet, making, task);
  const gone = new Set(workspaces.flatMap(({ task, goes }) => (goes ? [task] : [])));
  const asked = { remove, gone, staying, letGo, projects: Object.keys(config.projects) };
  const depots: CollectedDepot[] = [];
  const after: DepotAfter[] = [];
  for (const depot of depotsOf(home)) {
    const collected = await collectDepot(fleet, making, depot, asked);
    depots.push(collected.told);
    after.push(collected.after);
  }
  const landings = await collectLandings(fleet, { remove, depots: after });
  const refs = await collectRefs(fleet, making, { remove, age, depots: after, letGo });
  return { let_go: [...letGo].filter((task) => !staying.has(task)), workspaces, depots, landings, refs, undeleted };
}

async function collectOne(
  { store, now }: Fleet,
  making: Making,
  seen: SeenWorkspace,
  { remove, age }: { readonly remove: boolean; readonly age: number },
): Promise<CollectedWorkspace> {
  const { task, dir, isLetGo } = seen;
  const about = { task, dir, bytes: sizeOf(dir) };
  const fate = fateOf(seen, age, duration(age), now());
  if (fate.kind === "stays") return { ...about, goes: false, why: fate.why };
  const doubt = fate.kind === "old" ? fate.doubt.join("; ") : "";
  const why =
    fate.kind === "let-go"
      ? "let go"
      : doubt === ""
        ? "closed; all of it is kept"
        : `closed; it is deleted once all of it can be kept, which failed when its last attempt ended: ${doubt}`;
  if (!remove) return { ...about, goes: true, why };
  const removing = { task, isLetGo, isOver: () => isOver(store.snapshot(), task) };
  // What keeps this one from being deleted is no matter of the others.
  const done = await removeWorkspace(making, removing).catch((error: unknown) => ({
    kind: "stays" as const,
    why: whyNot(error),
  }));
  return done.kind === "removed" ? { ...about, goes: true, why } : { ...about, goes: false, why: done.why };
}

/** All that a depot has for a task. */
const refsOf = (task: string): readonly string[] => [
  attemptRefs(task, "").replace(/\/$/, ""),
  `refs/base/${task}`,
  `refs/keep/${task}`,
  measuredRef(task),
  mergeRef(task),
];

/** Of a task that a person let go by name: what the depots keep of it. */
async function forget({ home, store }: Fleet, making: Making, task: string): Promise<void> {
  if (!isOver(store.snapshot(), task)) return;
  for (const { depot } of keptOf(home, task)) markUntidy(depot);
  for (const depot of new Set(depotsOf(home).map(({ dir }) => dir)))
    for (const below of refsOf(task)) await dropRefs(making, depot, below);
  for (const { dir } of depotsOf(home)) forgetLfs(dir, task);
  await forgetBase(home, making, task);
  for (const { dir } of attemptsOf(home, task))
    if (ifReadable(() => readTaken(dir))?.kind === "taken")
      writeTaken(dir, { kind: "not-taken", why: "it was let go" });
}

/** Of a task that began and left nothing: what a partial clone keeps for it. */
async function forgetBase(home: string, making: Making, task: string): Promise<void> {
  const record = readWorkspace(home, task);
  if (record?.source_ref !== undefined) await forgetInSource(making, record.source.common_dir, record.source_ref);
}

interface DepotAsked {
  readonly remove: boolean;
  /** Tasks whose workspace goes, or went. */
  readonly gone: ReadonlySet<string>;
  /** Tasks whose workspace stays. */
  readonly staying: ReadonlySet<string>;
  readonly letGo: ReadonlySet<string>;
  readonly projects: readonly string[];
}

async function collectDepot(
  { home, store, world, now }: Fleet,
  making: Making,
  depot: Depot,
  { remove, gone, staying, letGo, projects }: DepotAsked,
): Promise<{ readonly told: CollectedDepot; readonly after: DepotAfter }> {
  const { dir, source, bytes, sharedBytes, attempted } = depot;
  const is = await sourceOf(depot, placesFor(store.snapshot(), projects, depot), world.env);
  const moved = is.kind === "moved" ? is.to : undefined;
  if (remove && moved !== undefined) sourceMoved(home, depot, moved);
  const over = (task: string): boolean => isOver(store.snapshot(), task);
  const wanted = new Set([...store.snapshot().live.values()].map((issue) => setting(issue, "changes") ?? ""));
  const forNobody = depot.changes.filter((one) => isForNobody(one, wanted, now()));
  if (remove) for (const { ref } of forNobody) await dropRefs(making, dir, ref);
  // As it will be: a dry run says what would become of it.
  const after = {
    ...depot,
    changes: depot.changes.filter((one) => !forNobody.includes(one)),
    attempted: attempted.filter((task) => !letGo.has(task) || staying.has(task)),
    borrowers: depot.borrowers.filter((task) => !gone.has(task)),
  };
  let goes = isUnused(after, over);
  if (remove) {
    if (goes) goes = await removeDepot(making, dir, (one) => isUnused(one, over));
    else if (depot.borrowers.length === 0) await tidyDepot(making, dir);
  }
  if (remove && goes) for (const task of depot.begun) await forgetBase(home, making, task);
  const told = {
    dir,
    source,
    source_is: is.kind,
    moved_to: moved?.commonDir ?? null,
    bytes,
    shared_bytes: sharedBytes,
    tasks: new Set([...after.attempted, ...depot.begun]).size,
    first_task: after.attempted[0] ?? depot.begun[0] ?? null,
    goes,
    why: goes
      ? "no task needs it"
      : depot.unread.length > 0
        ? `it can't be read: ${depot.unread.join("; ")}`
        : `${counted(after.attempted.length, "task has", "tasks have")} work in it`,
  };
  const isSourceGone = is.kind === "gone" || is.kind === "several";
  return { told, after: { ...after, goes, isSourceGone, sourceNow: moved?.commonDir ?? source } };
}

/** The tasks among these ids of which nothing is kept. */
export const notKept = (home: string, ids: readonly string[]): string[] =>
  ids.filter(
    (id) => keptOf(home, id).length === 0 && !depotsOf(home).some(({ dir }) => tasksIn(dir, "base").includes(id)),
  );
