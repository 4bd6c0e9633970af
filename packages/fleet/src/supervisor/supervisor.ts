/**
 * The supervisor's loop: look, plan, do. A tick that fails (a full disk, git gone) is said and the next one looks again:
 * whatever was not done is still a difference.
 */
import { fleetRecord, heldBy } from "@fleet/store/claims";
import type { AttemptRef } from "@fleet/store/decision";
import { StoreError } from "@fleet/store/errors";
import { claim } from "@fleet/store/ops/claim";
import type { Snapshot } from "@fleet/store/snapshot";
import { mkdirSync } from "node:fs";

import { attemptDir, attemptNumbers, list, tasksDir } from "../attempt/paths.ts";
import { fence, readAttempt, readOutcome, readPid, writeStop } from "../attempt/record.ts";
import { signalEach, signalGroup } from "../attempt/signal.ts";
import { duration } from "../duration.ts";
import { act, attemptActor, type Context } from "./context.ts";
import { type Handle, newHandle } from "./handle.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import { leaderPid, ProcessTable, view } from "./observe.ts";
import { parkedUntil, readParked } from "./parked.ts";
import { plan } from "./plan.ts";
import { settleAttempt } from "./settle-attempt.ts";
import { startAttempt } from "./start-attempt.ts";
import { coderOf, cwdOf, dispatchable, modelOf } from "./tasks.ts";
import type { Action, AttemptView, Limits, Mode, TaskView, World } from "./world.ts";

/** How often what waits for a time (deferred, backing off) is looked at again though the branch did not move. */
const READY_AGE = 1_000;

export class Supervisor {
  readonly #context: Context;
  readonly #handles = new Map<string, Handle>();
  /** Only this attempt is looked after: what a command does when no supervisor runs. */
  readonly #only: string | undefined;
  #ready: { readonly tip: string; readonly at: number; readonly tasks: readonly TaskView[] } | undefined;
  readonly #troubles = new Map<string, string>();
  #scanned = false;

  constructor(context: Context, only?: string) {
    this.#context = context;
    this.#only = only;
  }

  get running(): readonly Handle[] {
    return [...this.#handles.values()];
  }

  /** One look and what follows from it. Returns the actions, for those who want to know whether anything is left. */
  async tick(mode: Mode): Promise<readonly Action[]> {
    const table = new ProcessTable();
    const { world } = this.#look(mode, table);
    const actions = plan(world);
    for (const action of actions) await this.#tryTo(action, table);
    return actions;
  }

  #look(mode: Mode, table: ProcessTable): { readonly world: World } {
    const { clock } = this.#context;
    const snapshot = this.#snapshot();
    if (snapshot !== undefined) this.#adopt(snapshot);
    const attempts = [...this.#handles.values()].map((handle) => view(this.#context, handle, snapshot, table));
    const wall = clock.wall();
    const world: World = {
      now: clock.monotonic(),
      wall,
      mode,
      unknown: snapshot === undefined,
      limits: this.#limits(),
      parked: parkedUntil(readParked(this.#context.home)),
      ready: snapshot === undefined || mode.kind !== "running" ? [] : this.#readyTasks(snapshot, wall),
      attempts,
    };
    return { world };
  }

  #snapshot(): Snapshot | undefined {
    try {
      const snapshot = this.#context.store.snapshot();
      this.#say("read", undefined);
      return snapshot;
    } catch (error) {
      this.#say("read", `the store can't be read, so nothing is claimed or settled: ${describe(error)}`);
      return undefined;
    }
  }

  /** A trouble that lasts is said once, and once more when it is over. */
  #say(about: string, trouble: string | undefined): void {
    const before = this.#troubles.get(about);
    if (trouble === before) return;
    if (trouble === undefined) {
      this.#troubles.delete(about);
      this.#context.journal.write("mended", before ?? "");
    } else {
      this.#troubles.set(about, trouble);
      this.#context.journal.write("trouble", trouble);
    }
  }

  #limits(): Limits {
    const config = this.#context.config();
    return {
      maxConcurrent: config.max_concurrent,
      maxPerCoder: config.max_per_coder,
      maxPerCwd: config.max_per_cwd,
      killGrace: config.kill_grace,
      finishGrace: config.finish_grace,
      launchGrace: config.launch_grace,
      contextThreshold: config.context_threshold,
    };
  }

  #readyTasks(snapshot: Snapshot, wall: number): readonly TaskView[] {
    if (this.#ready?.tip !== snapshot.tip || wall - this.#ready.at > READY_AGE || wall < this.#ready.at) {
      this.#ready = { tip: snapshot.tip, at: wall, tasks: dispatchable(snapshot, this.#context.config(), wall) };
    }
    return this.#ready.tasks;
  }

  /** Attempts that the store names and we do not hold yet, and (once) those on disk that were never judged. */
  #adopt(snapshot: Snapshot): void {
    for (const issue of snapshot.live.values()) {
      const held = heldBy(issue);
      if (held !== undefined) this.#hold(issue.id, held, coderOf(issue, this.#context.config()), cwdOf(issue));
    }
    if (this.#scanned || this.#only !== undefined) return;
    this.#scanned = true;
    for (const task of list(tasksDir(this.#context.home))) {
      for (const n of attemptNumbers(this.#context.home, task)) {
        const dir = attemptDir(this.#context.home, task, n);
        if (readOutcome(dir) !== undefined) continue;
        const record = readAttempt(dir);
        if (record !== undefined) this.#hold(task, { n, uuid: record.uuid }, record.coder, record.cwd);
      }
    }
  }

  #hold(task: string, ref: AttemptRef, coder: string, cwd: string): Handle | undefined {
    if (this.#only !== undefined && ref.uuid !== this.#only) return undefined;
    const known = this.#handles.get(ref.uuid);
    if (known !== undefined) return known;
    const dir = attemptDir(this.#context.home, task, ref.n);
    const handle = newHandle(task, ref, dir, coder, cwd);
    this.#handles.set(ref.uuid, handle);
    if (readPid(dir).kind === "wrapper") this.#context.journal.write("adopt", `attempt ${ref.n} of ${coder}`, task);
    return handle;
  }

  async #tryTo(action: Action, table: ProcessTable): Promise<void> {
    try {
      await this.#perform(action, table);
      this.#say(action.kind, undefined);
    } catch (error) {
      this.#say(action.kind, `${action.kind}: ${describe(error)}`);
    }
  }

  #handleOf(attempt: AttemptView): Handle {
    const handle = this.#handles.get(attempt.ref.uuid);
    if (handle === undefined) throw new Error(`attempt ${attempt.ref.uuid} is not held`);
    return handle;
  }

  async #perform(action: Action, table: ProcessTable): Promise<void> {
    switch (action.kind) {
      case "claim":
        return await this.#claim(action.task);
      case "start":
        return await startAttempt(this.#context, this.#handleOf(action.attempt));
      case "fence": {
        const handle = this.#handleOf(action.attempt);
        mkdirSync(handle.dir, { recursive: true, mode: 0o700 });
        fence(handle.dir);
        return;
      }
      case "stop": {
        const handle = this.#handleOf(action.attempt);
        if (writeStop(handle.dir, action.reason))
          this.#context.journal.write("stop", `attempt ${handle.ref.n}: ${action.reason.kind}`, handle.task);
        return;
      }
      case "signal":
        return this.#signal(this.#handleOf(action.attempt), action.signal, table);
      case "sweep":
        return this.#sweep(this.#handleOf(action.attempt), table);
      case "outcome":
        return judgeAttempt(this.#context, this.#handleOf(action.attempt));
      case "settle": {
        const handle = this.#handleOf(action.attempt);
        await settleAttempt(this.#context, handle);
        this.#handles.delete(handle.ref.uuid);
        return;
      }
      case "exit":
        return;
    }
  }

  async #claim(id: string): Promise<void> {
    const context = this.#context;
    const snapshot = context.store.snapshot();
    const issue = snapshot.issue(id);
    if (issue === undefined) return;
    const config = context.config();
    const coder = coderOf(issue, config);
    const uuid = context.uuid.v4();
    const onDisk = attemptNumbers(context.home, id).at(-1) ?? 0;
    const n = Math.max(fleetRecord(issue).attempts ?? 0, onDisk) + 1;
    const who = { ...act(context), actor: attemptActor(coder, uuid), email: `${coder}@fleet.localhost` };
    try {
      await context.store.transact(who, (now) => claim(now, who, { id, attempt: { n, uuid } }));
    } catch (error) {
      // Somebody was quicker; the next look shows what is left.
      if (error instanceof StoreError && (error.code === "not-claimable" || error.code === "not-found")) return;
      throw error;
    }
    const handle = this.#hold(id, { n, uuid }, coder, cwdOf(issue));
    const model = modelOf(issue, config);
    context.journal.write(
      "claim",
      `attempt ${n} by ${coder}${model === undefined ? "" : `/${model}`}: ${issue.title}`,
      id,
    );
    if (handle !== undefined) await startAttempt(context, handle);
  }

  #signal(handle: Handle, signal: "SIGTERM" | "SIGKILL", table: ProcessTable): void {
    const pid = readPid(handle.dir);
    if (signal === "SIGTERM") handle.termedAt = this.#context.clock.monotonic();
    const reached = pid.kind === "wrapper" && signal === "SIGTERM" && signalGroup(pid.pid, pid.start, signal);
    // Tool shells run in sessions of their own: at the hard end everything of the attempt goes, one by one.
    if (!reached) signalEach(table.of(handle.ref.uuid, leaderPid(handle, this.#context.clock.boot)), signal);
  }

  #sweep(handle: Handle, table: ProcessTable): void {
    const left = table.of(handle.ref.uuid, leaderPid(handle, this.#context.clock.boot));
    if (left.length === 0) {
      handle.quiet++;
    } else {
      signalEach(left, handle.sweeps === 0 ? "SIGTERM" : "SIGKILL");
      this.#context.journal.write(
        "sweep",
        `${left.length} left over: ${left.map((proc) => proc.pid).join(" ")}`,
        handle.task,
      );
      handle.quiet = 0;
      handle.sweeps++;
    }
    const { tail } = handle;
    const wall = this.#context.clock.wall();
    if (handle.quiet > 0 && tail !== undefined) while (!tail.pump(wall));
    handle.drained = handle.quiet > 0;
  }
}

export function describe(error: unknown): string {
  if (error instanceof StoreError)
    return [error.message, error.where, error.mend].filter((part) => part !== undefined).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** How long an attempt has run, in words. */
export const elapsed = (context: Context, handle: Handle): string =>
  handle.record === undefined ? "" : duration(context.clock.monotonic() - handle.record.monotonic);
