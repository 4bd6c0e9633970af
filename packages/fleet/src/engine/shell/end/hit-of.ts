/** Whether a signal from outside ended an attempt, and whom else it hit. */
import { type Burst, burstOf, type Hit, hitOf } from "../../core/bursts.ts";
import { exitedAt, readExit } from "../../../attempts/records/record.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { noteHit, readHits } from "../state/hits-file.ts";

function hitOn({ dir, ref, state }: Handle): Hit | undefined {
  // When a large fleet is stopped, this compares each attempt with each other.
  const isStopped = readStop(dir) !== undefined;
  return hitOf({
    who: ref.uuid,
    isStopped,
    exitCode: isStopped ? undefined : readExit(dir)?.code,
    exitedAt: isStopped ? undefined : exitedAt(dir),
    vanishedAt: "vanishedAt" in state ? state.vanishedAt : undefined,
  });
}

/** `all`: the attempts that are looked after; those that were judged before stand in a file, as this one does from now on. */
export function burstAround(context: Context, handle: Handle, all: readonly Handle[]): Burst {
  const hit = hitOn(handle);
  if (hit === undefined) return { kind: "alone" };
  noteHit(context.home, hit);
  const hits = [...readHits(context.home), ...all.flatMap((other) => hitOn(other) ?? [])];
  return burstOf(hit, hits, context.tuning.signalBurst, context.clock.wall());
}
