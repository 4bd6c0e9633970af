/** Looks at the world: the store, the attempts' directories, the process table. Writes nothing: what is to be written becomes a finding. */
import { readAttempt, readExit, readOutcome } from "../../../attempts/records/record.ts";
import { whereStarted, wrapperFate } from "../../../attempts/records/pid-file.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import { placeText } from "@fleet/kit/process/id";
import { isDeclaredGone } from "../state/gone-places.ts";
import { isSealed } from "../state/sealed.ts";
import type { Context } from "../loop/context.ts";
import { directoryOf, type Handle, isIsolated } from "../loop/handle.ts";
import { isNewUse } from "../accounts/window-use.ts";
import { claimOf, type Looked } from "./look-up.ts";
import { type Around, follow, running } from "./observe-running.ts";
import { lookAtProof } from "./observe-proof.ts";
import { pidOf } from "./process-table.ts";
import { after, mayShow } from "../../core/advance.ts";
import { accountOf, coderNameOf, recordOf } from "../../core/attempt.ts";
import { awayToKeep } from "../../core/away.ts";
import { phaseOf } from "../../core/attempt-phase.ts";
import type { Seen } from "../../core/attempt-seen.ts";
import type { AttemptView } from "../../core/world.ts";
import { aboutAttempt } from "../state/journal.ts";

/** Observes one attempt. `looked`: what the store says of its task. */
export function observe(context: Context, held: Handle, looked: Looked, around: Around): Seen {
  const { dir } = held;
  const contents = held.open.listing.look(context.clock.wall());
  const { table } = around;
  // From now on what is written there is ours.
  const seal = (): void => {
    if (!isSealed(context.home, held.ref.uuid))
      around.findings.add({ kind: "seal", task: held.task, uuid: held.ref.uuid });
  };
  if (!isOver(context, held)) {
    // It was at work in the last look, or for all that is known: nobody has judged it, and an agent has written that.
    const early = contents.afterTheEnd;
    for (const path of early) around.findings.add({ kind: "put-aside", task: held.task, path, early: true });
    if (early.length > 0) return { kind: "unseen" };
  } else if (readOutcome(dir) !== undefined) return { kind: "judged" };
  const record = recordOf(held) ?? readAttempt(dir);
  // From here on the record counts in this tick already.
  const handle = record === undefined ? held : after(held, { kind: "recorded", record }, context.clock.monotonic());
  const pid = pidOf(handle);
  if (pid.kind === "fenced") {
    // A fence keeps a wrapper from starting; where the pid file was deleted or written by an agent, its coder is at work.
    const mayLive = !mayShow(held) && (isSwept(held) || table.ofAttempt(context, handle).length > 0);
    if (!mayLive) seal();
    if (mayLive || isSwept(held))
      return { kind: "ended", record, wrapper: undefined, isVanished: false, proof: undefined };
    return { kind: "fenced", record };
  }
  const wrapper = pid.kind === "wrapper" ? pid : undefined;
  if (record === undefined) {
    // No record, and yet something of it: the directory was deleted under a living attempt.
    const strays = wrapper !== undefined || (!isFresh(handle) && table.ofAttempt(context, handle).length > 0);
    if (mayShow(held)) seal();
    if (strays || isSwept(handle)) return { kind: "ended", record, wrapper, isVanished: false, proof: undefined };
    return { kind: "claimed", stopped: readStop(dir) !== undefined };
  }
  const where = whereStarted(record, context.clock.boot);
  const { machine = "" } = record;
  // Its own exit record counts wherever it ran.
  if (
    where === "elsewhere" &&
    readExit(dir) === undefined &&
    !isDeclaredGone(context.home, machine, Date.parse(record.created_at))
  )
    return { kind: "elsewhere", record, wrapper, where: placeText(machine), stopped: readStop(dir) !== undefined };
  const isHere = where === "here";
  if (wrapper === undefined)
    return { kind: "launching", record, otherBoot: !isHere, stopped: readStop(dir) !== undefined };
  follow(context, handle, record);
  const issue = looked.kind === "known" ? looked.issue : undefined;
  const alive = (orphaned: boolean, isAlive: boolean): Seen => ({
    kind: "running",
    ...running(context, handle, { record, wrapper, isAlive, orphaned, issue, contents }, around),
  });
  const wasOrphaned = held.state.kind === "running" && held.state.orphaned;
  const fate = isHere ? wrapperFate(wrapper, record, context.clock.boot) : "dead";
  if (fate === "alive") return alive(wasOrphaned, true);
  const isUnseen = readExit(dir) === undefined;
  // Its pid says nothing, its mark does.
  if (fate === "unknown" && isUnseen)
    return table.ofAttempt(context, handle).length > 0 ? alive(wasOrphaned, false) : { kind: "unseen" };
  // The wrapper is gone. Without its exit record the coder may live on: in the wrapper's group.
  const isVanished = isHere && isUnseen;
  if (isVanished && table.ofAttempt(context, handle).some((proc) => proc.group === wrapper.pid)) {
    if (!wasOrphaned) around.findings.note("adopt", "its wrapper is gone, the coder lives on", aboutAttempt(handle));
    return alive(true, false);
  }
  if (mayShow(held)) seal();
  const proof = mayShow(held) ? lookAtProof(context, held, record, looked) : undefined;
  return { kind: "ended", record, wrapper, isVanished, proof };
}

/** This supervisor has seen that nothing of it lives, or one before it had. */
function isOver({ home }: Context, { state, ref }: Handle): boolean {
  switch (state.kind) {
    case "fenced":
    case "verifying":
    case "judged":
      return true;
    case "claimed":
    case "launching":
    case "running":
    case "elsewhere":
    case "ending":
      return isSealed(home, ref.uuid);
  }
}

const isFresh = ({ state }: Handle): boolean => state.kind === "claimed" && state.fresh;

/** Something of it was looked for before. */
const isSwept = ({ state }: Handle): boolean => state.kind === "ending" && state.sweeps + state.quiet > 0;

/** `handle`: as it is after the look that saw this. */
export const view = (handle: Handle, seen: Seen, looked: Looked, now: number): AttemptView => ({
  ...whose(handle),
  claim: claimOf(looked, handle.ref.uuid),
  phase: phaseOf(handle, seen, now),
  unwritten: handle.open.tail?.isUnwritten === true,
  toldUse: isNewUse(handle),
  away: awayToKeep(handle),
});

/** As much as can be said of an attempt that nobody could look at: it keeps its place. */
export const unseen = (handle: Handle): AttemptView => ({
  ...whose(handle),
  claim: "unknown",
  phase: { kind: "unseen" },
});

/** The fields by which it takes up a slot. */
function whose(handle: Handle): Omit<AttemptView, "claim" | "phase"> {
  const { task, ref, path, isAgent = false } = handle;
  const place = recordOf(handle)?.place;
  return {
    task,
    ref,
    coder: coderNameOf(handle),
    path,
    account: accountOf(handle),
    cwd: directoryOf(handle),
    isolated: isIsolated(handle),
    isAgent,
    ...(place === undefined ? {} : { place }),
  };
}
