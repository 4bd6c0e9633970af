/** Deletes what old attempts left; says what would go where it is not to be done. */
import { type Choice, choose, mayGo, type Retention } from "../../engine/core/retention.ts";
import { removeAttempt, sweepLeftovers } from "../../attempts/records/removal.ts";
import { scan } from "../../engine/shell/retention.ts";
import { isOver } from "../../engine/shell/collect.ts";
import { keptOf } from "../../workspaces/kept.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import type { CollectedLanding, CollectedRef } from "./gc-landings.ts";
import { type CollectedDepot, type CollectedWorkspace, collectWorkspaces, notKept } from "./gc-workspaces.ts";
import { settled } from "../settings/settled.ts";

export interface Collecting {
  /** Really; else it is only told what would go. */
  readonly remove: boolean;
  /** Milliseconds since its end; undefined: as the settings say. */
  readonly age: number | undefined;
  /** Bytes that may be left. */
  readonly size: number | undefined;
  /** Ids of tasks whose work is kept no longer. */
  readonly letGo: readonly string[];
}

export interface Collected {
  readonly removed: boolean;
  readonly attempts: readonly {
    readonly task: string;
    /** Its directory's name: its number, or that and a part of its uuid. */
    readonly attempt: string;
    readonly bytes: number;
    readonly ended_at: string;
    readonly why: Choice["why"];
  }[];
  /** What these take up. */
  readonly bytes: number;
  /** What all take up, before. */
  readonly total_bytes: number;
  readonly total: number;
  readonly kept: number;
  /** Those that must be kept: running, open, or the newest attempt of a task that waits. */
  readonly bound: number;
  /** Tasks of whose work nothing is kept any more, or would be. */
  readonly let_go: readonly string[];
  readonly workspaces: readonly CollectedWorkspace[];
  readonly depots: readonly CollectedDepot[];
  /** The trees in which what lands is built and checked. */
  readonly landings: readonly CollectedLanding[];
  /** Refs of fleet's in the repositories of people: those that are deleted, or would be. */
  readonly refs: readonly CollectedRef[];
  /** What an earlier deletion left, and could not be deleted now either: sentences. */
  readonly undeleted: readonly string[];
}

export async function gc(fleet: Fleet, { remove, age, size, letGo }: Collecting): Promise<Collected> {
  if (remove) await fleet.allow({ kind: "command", words: "fleet gc --yes" });
  const { home, store } = fleet;
  const config = settled(await fleet.settings());
  const ids = letGoMeant(fleet, letGo);
  const retention: Retention = { age: age ?? config.keep_for, size: size ?? config.keep_size };
  const all = scan(home, store.snapshot());
  const chosen = choose(all, retention, fleet.now());
  // Before the attempts' records: they say what was kept of each.
  const work = await collectWorkspaces(fleet, { remove, age: retention.age, letGo: new Set(ids), config });
  const gone = remove ? chosen.filter((choice) => removed(fleet, choice)) : chosen;
  if (remove) sweepLeftovers(home);
  const sum = (some: readonly { readonly bytes: number }[]): number =>
    some.reduce((total, one) => total + one.bytes, 0);
  return {
    removed: remove,
    attempts: gone.map(({ attempt: { task, name, bytes, endedAt }, why }) => ({
      task,
      attempt: name,
      bytes,
      ended_at: new Date(endedAt ?? 0).toISOString(),
      why,
    })),
    bytes: sum(gone.map(({ attempt }) => attempt)),
    total_bytes: sum(all),
    total: all.length,
    kept: all.length - gone.length,
    bound: all.filter((one) => !mayGo(one)).length,
    ...work,
  };
}

/** Closed tasks only: the work of an open one must not be deleted by a slip. */
function letGoMeant({ home, store, find }: Fleet, named: readonly string[]): string[] {
  const snapshot = store.snapshot();
  const ids = named.map((name) => (keptOf(home, name).length > 0 ? name : find(name).id));
  for (const id of ids)
    if (!isOver(snapshot, id))
      throw new CommandError(`${id} is not closed: its work is not let go`, `fleet bd close ${id}`);
  const [nothing] = notKept(home, ids);
  if (nothing !== undefined) throw new CommandError(`nothing is kept of ${nothing}`, `fleet task ${nothing}`);
  return ids;
}

/** Checked again right before: the task may have been reopened. */
function removed({ home, store }: Fleet, { attempt }: Choice): boolean {
  const now = scan(home, store.snapshot(), attempt.task).find(({ name }) => name === attempt.name);
  if (now === undefined || !mayGo(now)) return false;
  removeAttempt(home, attempt.task, attempt.name);
  return true;
}
