/** Whether a signal from outside ended an attempt, and whom else it hit. */
import { type Burst, burstOf, type Hit, signalOfExit } from "../../core/bursts.ts";
import { exitedAt, readExit } from "../../../attempts/records/record.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { noteHit, readHits } from "../state/hits-file.ts";

/** Undefined where it ended by itself, by fleet's own signal, or nobody knows. */
function hitOf({ dir, ref, state }: Handle): Hit | undefined {
  if (readStop(dir) !== undefined) return undefined;
  const exit = readExit(dir);
  // Its wrapper is gone as well, which nothing but SIGKILL does.
  const vanishedAt = "vanishedAt" in state ? state.vanishedAt : undefined;
  if (exit === undefined)
    return vanishedAt === undefined ? undefined : { who: ref.uuid, signal: "SIGKILL", at: vanishedAt };
  const signal = signalOfExit(exit.code);
  const at = signal === undefined ? undefined : exitedAt(dir);
  return signal === undefined || at === undefined ? undefined : { who: ref.uuid, signal, at };
}

/** `all`: the attempts that are looked after; those that were judged before stand in a file, as this one does from now on. */
export function burstAround(context: Context, handle: Handle, all: readonly Handle[]): Burst {
  const hit = hitOf(handle);
  if (hit === undefined) return { kind: "alone" };
  noteHit(context.home, hit);
  const hits = [...readHits(context.home), ...all.flatMap((other) => hitOf(other) ?? [])];
  return burstOf(hit, hits, context.tuning.signalBurst, context.clock.wall());
}
