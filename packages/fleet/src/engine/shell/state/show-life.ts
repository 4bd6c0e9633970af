/** A verdict on an attempt goes to its directory when it changes, and to the journal when a person should know. */
import { type Context, redactorFor } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { inWords, type Liveness } from "../../core/liveness.ts";
import { writeLiveness } from "../../../attempts/records/liveness.ts";
import { shownAs } from "./shown-life.ts";
import type { Life } from "../observe/signs-of-life.ts";
import { describe } from "./troubles.ts";

type Watcher = Pick<Context, "clock" | "config" | "env" | "journal">;

/** Written when it changes; a disk that is full holds up nothing, and the next look tries again. */
export function show(context: Watcher, handle: Handle, life: Life, verdict: Liveness): void {
  const now = context.clock.monotonic();
  const key = JSON.stringify(keyOf(verdict));
  if (key === life.shown) return;
  try {
    writeLiveness(handle.dir, shownAs(verdict, now, context.clock.wall()), redactorFor(context, handle));
  } catch (error) {
    sayOnce(context, handle, life, "trouble", `its liveness can't be written: ${describe(error)}`);
    return;
  }
  life.shown = key;
  const isNews = verdict.kind === "hung" || verdict.kind === "waiting" || (verdict.kind === "quiet" && verdict.warned);
  if (isNews) context.journal.write(verdict.kind, `attempt ${handle.ref.n}: ${inWords(verdict, now)}`, handle.task);
}

/** What makes a verdict another one than before: not that its time passes. */
function keyOf(verdict: Liveness): readonly unknown[] {
  switch (verdict.kind) {
    case "working":
    case "hung":
    case "dead":
      return [verdict.kind];
    case "quiet":
      return [verdict.kind, verdict.doing, verdict.warned];
    case "waiting":
      return [verdict.kind, verdict.for, verdict.asks];
  }
}

export function sayOnce(
  { journal }: Pick<Context, "journal">,
  handle: Handle,
  life: Life,
  event: string,
  text: string,
): void {
  if (life.said === text) return;
  life.said = text;
  journal.write(event, text, handle.task);
}
