/** Actions of a tick: findings to write down, and the steps that `plan` chooses. Plain data. */
import type { AttemptRecord } from "../../attempts/records/record.ts";
import type { Measure } from "../../attempts/limits/measure.ts";
import type { StopReason } from "../../attempts/records/stop.ts";
import type { Span } from "../../attempts/records/waits.ts";
import type { Told } from "./accounts/keep.ts";
import type { Park } from "./accounts/park.ts";
import type { News } from "./accounts/upkeep.ts";
import type { Away } from "./away.ts";
import type { About, JournalEvent } from "./journal-event.ts";
import type { Land, LandingView } from "./landing.ts";
import type { Liveness } from "./liveness.ts";
import type { Proof } from "./proof-step.ts";
import type { AttemptView, NoStart } from "./world.ts";

/** Findings beside the attempts' own; observing writes nothing, so each of them is an action, too. */
export type Finding =
  /** A line of the journal. */
  | { readonly kind: "note"; readonly event: JournalEvent; readonly text: string; readonly about?: About }
  /** A trouble came, changed, or is over (undefined). `about`: what it is known by. */
  | { readonly kind: "trouble"; readonly about: string; readonly trouble: string | undefined }
  /** The directory of an attempt was deleted: what it is known by is written there again. */
  | { readonly kind: "make-directory"; readonly task: string; readonly dir: string; readonly record: AttemptRecord }
  /** Whatever is at the path of a record is not a record. */
  | { readonly kind: "put-aside"; readonly task: string; readonly path: string; readonly early?: true }
  /** Git's trace of an attempt has grown too long. */
  | { readonly kind: "bound-trace"; readonly dir: string }
  /** Nothing of it lives: what is in its directory from now on is ours (state/sealed.ts). */
  | { readonly kind: "seal"; readonly task: string; readonly uuid: string }
  /** In which directories no task can begin changed: why not, by what the same answer holds for. */
  | { readonly kind: "show-sources"; readonly refused: Readonly<Record<string, NoStart>> }
  /** The state of landings changed. */
  | { readonly kind: "show-landings"; readonly landings: readonly LandingView[] }
  /** All attempts are known: what is left of others (cgroups, short paths) goes. `held`: by uuid. */
  | { readonly kind: "tidy"; readonly held: readonly string[] };

/** Written down before any step. */
export type Recording =
  | Finding
  /** Time, a secret or a limit of the day changes what an account waits for; told once that is written down. */
  | { readonly kind: "park"; readonly account: string; readonly park: Park; readonly notes: readonly News[] }
  /** Something began of an account or a coder that lasts, or is over: told, and remembered as told. */
  | { readonly kind: "tell-accounts"; readonly notes: readonly News[]; readonly told: Told }
  /** More was spent than the ledger's file has. */
  | { readonly kind: "keep-spent" }
  /** Bring the events that were decoded to events.jsonl. */
  | { readonly kind: "keep-events"; readonly attempt: AttemptView }
  /** Write down how far its account's usage windows are used. */
  | { readonly kind: "keep-use"; readonly attempt: AttemptView }
  /** Write down when it could do nothing. */
  | { readonly kind: "keep-away"; readonly attempt: AttemptView; readonly away: Away }
  /** Write down when it worked though something of it waited for an answer. */
  | { readonly kind: "keep-work"; readonly attempt: AttemptView; readonly spans: readonly Span[] }
  /** Write down whether it works, waits or hangs. */
  | { readonly kind: "show-life"; readonly attempt: AttemptView; readonly verdict: Liveness };

export type Action = Recording | Step;

/** Steps of a task or an attempt; at most one for each attempt in a tick. */
export type Step =
  /**
   * Take the task in the store, for a new attempt on this account. `beside`: in words, the running attempts that may change the
   * same files. `onto`: as of the task.
   */
  | {
      readonly kind: "claim";
      readonly task: string;
      readonly account: string;
      readonly beside?: string;
      readonly onto?: readonly string[];
    }
  /** Bring the work of a task onto its target, beside the loop. */
  | Land
  /** Write the record and start the wrapper. */
  | { readonly kind: "start"; readonly attempt: AttemptView }
  /** Give the attempt up, unless a wrapper comes first. */
  | { readonly kind: "fence"; readonly attempt: AttemptView }
  /** Write down why it is to stop; signals follow in the next tick. */
  | { readonly kind: "stop"; readonly attempt: AttemptView; readonly reason: StopReason }
  /** Tell a person that a limit is nearly used up, once. */
  | { readonly kind: "warn"; readonly attempt: AttemptView; readonly measure: Measure }
  | { readonly kind: "signal"; readonly attempt: AttemptView; readonly signal: "SIGTERM" | "SIGKILL" }
  /** End whatever of the attempt is still alive. */
  | { readonly kind: "sweep"; readonly attempt: AttemptView }
  /** Take the next step of looking at what it shows. */
  | { readonly kind: "prove"; readonly attempt: AttemptView; readonly step: Proof }
  /** Judge, and write the verdict. */
  | { readonly kind: "outcome"; readonly attempt: AttemptView }
  /** Bring the verdict into the store. */
  | { readonly kind: "settle"; readonly attempt: AttemptView }
  /** Nothing is left to watch. */
  | { readonly kind: "exit" };
