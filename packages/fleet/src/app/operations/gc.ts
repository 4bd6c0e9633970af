/** Deletes what old attempts left; says what would go where it is not to be done. */
import { type Choice, choose, mayGo, type Retention } from "../../engine/core/retention.ts";
import { removeAttempt, sweepLeftovers } from "../../attempts/records/removal.ts";
import { scan } from "../../engine/shell/retention.ts";
import type { Fleet } from "../open.ts";
import { settled } from "../settings/settled.ts";

export interface Collecting {
  /** Really; else it is only told what would go. */
  readonly remove: boolean;
  /** Milliseconds since its end; undefined: as the settings say. */
  readonly age: number | undefined;
  /** Bytes that may be left. */
  readonly size: number | undefined;
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
  /** Those that may not go: running, open, or the last word on a task that waits. */
  readonly bound: number;
}

export async function gc(fleet: Fleet, { remove, age, size }: Collecting): Promise<Collected> {
  if (remove) await fleet.allow({ kind: "command", words: "fleet gc --yes" });
  const { home, store } = fleet;
  const config = settled(await fleet.settings());
  const retention: Retention = { age: age ?? config.keep_for, size: size ?? config.keep_size };
  const all = scan(home, store.snapshot());
  const chosen = choose(all, retention, fleet.now());
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
  };
}

/** Looked at once more, right before: somebody may have opened the task again. */
function removed({ home, store }: Fleet, { attempt }: Choice): boolean {
  const now = scan(home, store.snapshot(), attempt.task).find(({ name }) => name === attempt.name);
  if (now === undefined || !mayGo(now)) return false;
  removeAttempt(home, attempt.task, attempt.name);
  return true;
}
