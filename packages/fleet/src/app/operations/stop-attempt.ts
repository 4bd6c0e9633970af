/**
 * Ends the attempt that a task is held by, for what a person does to the task by hand: everything of it is dead when this
 * returns, so that the task is never worked on after it was taken from the attempt. The task is open then, and set aside for a moment.
 */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import type { Store } from "@fleet/store/store";

import { dirOf } from "../../attempts/records/paths.ts";
import { writeStop } from "../../attempts/records/stop.ts";
import { awayFrom } from "../../engine/shell/state/shown-life.ts";
import { finishAttempt } from "../finish-attempt.ts";
import type { Io } from "../io.ts";

/** The attempt that was to be stopped. */
export type StoppedAttempt =
  | { readonly kind: "none" }
  /** Of another home, which stops it once it has synced. */
  | { readonly kind: "elsewhere"; readonly n: number }
  /** On another machine or in another container, whose supervisor reads the stop. */
  | { readonly kind: "away"; readonly n: number; readonly where: string }
  | { readonly kind: "stopped"; readonly n: number };

export interface Stopping {
  readonly home: string;
  readonly store: Store;
  readonly world: Pick<Io, "env">;
  /** Who stops it, asked where there is one. */
  readonly by: () => Promise<string>;
  /** The verb that the person called. */
  readonly verb: string;
  /** It takes a while from here. */
  readonly begins: (n: number) => void;
}

export async function stopAttempt(stopping: Stopping, issue: Issue): Promise<StoppedAttempt> {
  const { home, store, world, verb } = stopping;
  const held = heldBy(issue);
  if (held === undefined) return { kind: "none" };
  const { n } = held;
  if (isElsewhere(issue, homeId(store.gitDir))) return { kind: "elsewhere", n };
  const dir = dirOf(home, issue.id, held);
  const where = awayFrom(dir);
  const by = await stopping.by();
  if (where === undefined) stopping.begins(n);
  writeStop(dir, { kind: "by-hand", by, verb });
  if (where !== undefined) return { kind: "away", n, where };
  await finishAttempt({ home, world }, issue.id, held.uuid);
  return { kind: "stopped", n };
}
