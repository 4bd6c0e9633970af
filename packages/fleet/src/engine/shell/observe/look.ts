/** Looks at everything `plan` decides on: the queue, the attempts, accounts, breakers and settings, as one world. */
import { heldHere } from "@fleet/store/held-here";
import type { Snapshot } from "@fleet/store/snapshot";

import { sleptBetween } from "@fleet/kit/clock";
import { Desk } from "../accounts/desk.ts";
import { TUNING } from "../../../settings/tuning.ts";
import { probes } from "../../core/breaker.ts";
import { BREAKER, readBreakers } from "../state/breaker-file.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import type { Held } from "../loop/held.ts";
import { realOr, view } from "./observe.ts";
import { type ProcessTable } from "./process-table.ts";
import { withProof } from "../end/prove.ts";
import { dispatchable } from "../../core/tasks.ts";
import { putAsideStrange } from "../state/strange-record.ts";
import { describe, type Troubles } from "../state/troubles.ts";
import { unreadable } from "../state/unreadable.ts";
import type { AttemptView, Limits, Mode, TaskView, World } from "../../core/world.ts";

/** How often what waits for a time (deferred, backing off) is looked at again though the branch did not move. */
const READY_AGE = 1_000;

export class Look {
  readonly #context: Context;
  readonly #held: Held;
  readonly #troubles: Troubles;
  readonly #desk: Desk;
  #ready: { readonly tip: string; readonly at: number; readonly tasks: readonly TaskView[] } | undefined;
  #tip = "";
  #lookedAt: number | undefined;

  constructor(context: Context, held: Held, troubles: Troubles) {
    this.#context = context;
    this.#held = held;
    this.#troubles = troubles;
    this.#desk = new Desk(context, troubles);
  }

  /** We may have moved the branch ourselves, and somebody may move it back to what was looked at last. */
  forgetTip(): void {
    this.#tip = "";
  }

  look(asked: Mode, table: ProcessTable): World {
    const { clock } = this.#context;
    this.#wake(clock.monotonic());
    const mode = this.#allowed(asked);
    const snapshot = this.#snapshot();
    if (snapshot !== undefined) this.#held.adopt(snapshot);
    const attempts = this.#held.all.map((handle) => this.#view(handle, snapshot, table));
    const wall = clock.wall();
    const breakers = readBreakers(this.#context.home);
    const tripped = {
      coders: probes(breakers.coders, BREAKER, wall),
      dirs: probes(breakers.dirs, BREAKER, wall),
    };
    const byDir = Object.keys(tripped.dirs).length > 0;
    return {
      now: clock.monotonic(),
      wall,
      mode,
      unknown: snapshot === undefined,
      limits: this.#limits(),
      tripped,
      ready: snapshot === undefined || mode.kind !== "running" ? [] : this.#readyTasks(snapshot, wall, byDir),
      ...this.#desk.look(this.#held.all),
      attempts,
    };
  }

  #wake(now: number): void {
    const { clock, config } = this.#context;
    const slept = sleptBetween(this.#lookedAt, now, config().poll_interval, clock);
    this.#lookedAt = now;
    if (slept === 0) return;
    for (const handle of this.#held.all) {
      handle.slept += slept;
      handle.grew = undefined;
    }
  }

  /** What can't be read may say that nothing is to be claimed. */
  #allowed(mode: Mode): Mode {
    const troubles = unreadable(this.#context.home);
    this.#troubles.say("state", troubles.length === 0 ? undefined : troubles.join("; "));
    return troubles.length > 0 && mode.kind === "running" ? { kind: "paused" } : mode;
  }

  /** One attempt that can't be looked at (its directory can't be read) holds up no other, and keeps its place. */
  #view(handle: Handle, snapshot: Snapshot | undefined, table: ProcessTable): AttemptView {
    const about = `attempt ${handle.ref.n} ${handle.task}`;
    try {
      const seen = withProof(this.#context, handle, view(this.#context, handle, snapshot, table), snapshot);
      this.#troubles.say(about, undefined);
      return seen;
    } catch (error) {
      this.#troubles.say(about, `attempt ${handle.ref.n} of ${handle.task} can't be looked at: ${describe(error)}`);
      putAsideStrange(this.#context, this.#troubles, handle.task, error);
      const { task, ref, coderName: coder, path, account, cwd } = handle;
      return { task, ref, coder, path, account, cwd, claim: "unknown", phase: { kind: "unseen" } };
    }
  }

  #snapshot(): Snapshot | undefined {
    try {
      const snapshot = this.#context.store.snapshot();
      this.#troubles.say("read", undefined);
      if (snapshot.tip !== this.#tip) {
        const back = this.#context.store.movedBack();
        this.#troubles.say(
          "branch",
          back === undefined ? undefined : `the branch was moved back; to undo that: ${back.mend}`,
        );
        this.#tip = snapshot.tip;
      }
      return snapshot;
    } catch (error) {
      this.#troubles.say("read", `the store can't be read, so nothing is claimed or settled: ${describe(error)}`);
      return undefined;
    }
  }

  #limits(): Limits {
    const config = this.#context.config();
    return {
      maxConcurrent: config.max_concurrent,
      maxPerCoder: config.max_per_coder,
      maxPerCwd: config.max_per_cwd,
      killGrace: config.kill_grace,
      finishGrace: TUNING.finishGrace,
      launchGrace: TUNING.launchGrace,
      contextThreshold: config.context_threshold,
      limitStagger: TUNING.limitStagger,
      onParked: config.resume_on_parked,
    };
  }

  /** `byDir`: directories are compared, so each has to have one name. */
  #readyTasks(snapshot: Snapshot, wall: number, byDir: boolean): readonly TaskView[] {
    if (this.#ready?.tip !== snapshot.tip || wall - this.#ready.at > READY_AGE || wall < this.#ready.at) {
      const config = this.#context.config();
      const tasks = dispatchable(snapshot, config, wall, heldHere(this.#context.store.gitDir));
      const isCounted = byDir || config.max_per_cwd !== undefined;
      this.#ready = {
        tip: snapshot.tip,
        at: wall,
        tasks: isCounted ? tasks.map((task) => ({ ...task, cwd: realOr(task.cwd) })) : tasks,
      };
    }
    return this.#ready.tasks;
  }
}
