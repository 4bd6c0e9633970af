/**
 * The supervisor's loop: look, plan, do. A tick that fails (a full disk, git gone) is said and the next one looks again:
 * whatever was not done is still a difference.
 */
import { existsSync, mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { fleetRecord, heldBy, isElsewhere } from "@fleet/store/claims";
import type { AttemptRef } from "@fleet/store/decision";
import { StoreError } from "@fleet/store/errors";
import { gitDirOf } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { Desk } from "../accounts/desk.ts";
import { attemptDir, attemptNumbers, list, tasksDir } from "../attempt/paths.ts";
import { checkMark } from "../attempt/procs.ts";
import { dirOf, fence, readAttempt, readOutcome, writeStop } from "../attempt/record.ts";
import { signalEach, signalGroup } from "../attempt/signal.ts";
import type { Config } from "../config/schema.ts";
import { probes } from "./breaker.ts";
import { breakerSettings, readBreakers } from "./breaker-file.ts";
import { isAtWork } from "./beside.ts";
import { act, attemptActor, type Context } from "./context.ts";
import { type Handle, newHandle } from "./handle.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import { leaderPid, pidOf, ProcessTable, realOr, view } from "./observe.ts";
import { plan, QUIET_SWEEPS } from "./plan.ts";
import { prove, withProof } from "./prove.ts";
import { settleAttempt } from "./settle-attempt.ts";
import { startAttempt } from "./start-attempt.ts";
import { coderOf, cwdOf, dispatchable, modelOf } from "./tasks.ts";
import type { Action, AttemptView, Limits, Mode, TaskView, World } from "./world.ts";

/** How often what waits for a time (deferred, backing off) is looked at again though the branch did not move. */
const READY_AGE = 1_000;
/** After so many sweeps that found something, there is no hurry for the next one. */
const EAGER_SWEEPS = 20;
/** What a signal does not end within this time after SIGKILL waits in the kernel, and nobody can end it. */
const HOPELESS = 10_000;
const ROUND = 50;
/** How long a home that loses one file may take to lose them all. */
const DELETING = 2_000;

export interface Tick {
  readonly actions: readonly Action[];
  /** Something was done, so the next difference is probably waiting already. */
  readonly progress: boolean;
}

export class Supervisor {
  readonly #context: Context;
  readonly #handles = new Map<string, Handle>();
  /** Only this attempt is looked after: what a command does when no supervisor runs. */
  readonly #only: { readonly task: string; readonly uuid: string } | undefined;
  #ready: { readonly tip: string; readonly at: number; readonly tasks: readonly TaskView[] } | undefined;
  readonly #troubles = new Map<string, string>();
  readonly #desk: Desk;
  #scanned = false;
  #tip = "";

  constructor(context: Context, only?: { readonly task: string; readonly uuid: string }) {
    this.#context = context;
    this.#desk = new Desk(context);
    this.#only = only;
  }

  get running(): readonly Handle[] {
    return [...this.#handles.values()];
  }

  /** One look and what follows from it. A look that fails is said, and nothing is done on it. */
  async tick(mode: Mode): Promise<Tick> {
    const table = new ProcessTable();
    let world: World;
    try {
      world = this.#look(mode, table);
      this.#say("look", undefined);
    } catch (error) {
      this.#say("look", `the home can't be looked at: ${describe(error)}`);
      return { actions: [], progress: false };
    }
    const actions = plan(world);
    let progress = false;
    for (const action of actions) if (await this.#tryTo(action, table)) progress = true;
    // We may have moved the branch ourselves, and somebody may move it back to what was looked at last.
    if (progress) this.#tip = "";
    return { actions, progress };
  }

  /**
   * The home is gone, or another stands in its place: ends what ran for it, everything of it, and writes nothing (which
   * would make a home again). What still has its directory in a home that stays is left to the next supervisor.
   */
  async abandon(): Promise<void> {
    const { clock, config, home } = this.#context;
    const begun = clock.monotonic();
    // Whoever deletes it needs a moment, and takes our record before the rest.
    while (existsSync(gitDirOf(home)) && clock.monotonic() - begun < DELETING) await sleep(ROUND);
    const isReplaced = existsSync(gitDirOf(home));
    const homeless = this.running.filter((handle) => !isReplaced || !existsSync(handle.dir));
    const wrappers = new Set(homeless.map((handle) => leaderPid(handle, clock.boot)));
    for (let quiet = 0, round = 0; quiet < QUIET_SWEEPS; round++) {
      const table = new ProcessTable();
      const left = homeless.flatMap((handle) => [
        ...table.of(handle.ref.uuid, leaderPid(handle, clock.boot)),
        ...table.of(checkMark(handle.ref.uuid), 0),
      ]);
      quiet = left.length === 0 ? quiet + 1 : 0;
      const passed = clock.monotonic() - begun;
      if (passed > config().kill_grace + HOPELESS) return;
      const coders = left.filter((proc) => !wrappers.has(proc.pid));
      if (round === 0) signalEach(left, "SIGTERM");
      else if (passed > config().kill_grace) signalEach(coders.length > 0 ? coders : left, "SIGKILL");
      await sleep(ROUND);
    }
  }

  #look(mode: Mode, table: ProcessTable): World {
    const { clock } = this.#context;
    const snapshot = this.#snapshot();
    if (snapshot !== undefined) this.#adopt(snapshot);
    const attempts = this.running.map((handle) => this.#view(handle, snapshot, table));
    const wall = clock.wall();
    const breakers = readBreakers(this.#context.home);
    const settings = breakerSettings(this.#context.config());
    const tripped = {
      coders: probes(breakers.coders, settings, wall),
      dirs: probes(breakers.dirs, settings, wall),
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
      ...this.#desk.look(this.running),
      attempts,
    };
  }

  /** One attempt that can't be looked at (its directory can't be read) holds up no other, and keeps its place. */
  #view(handle: Handle, snapshot: Snapshot | undefined, table: ProcessTable): AttemptView {
    const about = `attempt ${handle.ref.n} ${handle.task}`;
    try {
      const seen = withProof(this.#context, handle, view(this.#context, handle, snapshot, table), snapshot);
      this.#say(about, undefined);
      return seen;
    } catch (error) {
      this.#say(about, `attempt ${handle.ref.n} of ${handle.task} can't be looked at: ${describe(error)}`);
      const { task, ref, coderName: coder, account, cwd } = handle;
      return { task, ref, coder, account, cwd, claim: "unknown", phase: { kind: "unseen" } };
    }
  }

  #snapshot(): Snapshot | undefined {
    try {
      const snapshot = this.#context.store.snapshot();
      this.#say("read", undefined);
      if (snapshot.tip !== this.#tip) {
        const back = this.#context.store.movedBack();
        this.#say("branch", back === undefined ? undefined : `the branch was moved back; to undo that: ${back.mend}`);
        this.#tip = snapshot.tip;
      }
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
      limitStagger: config.limit_stagger,
      onParked: config.resume_on_parked,
    };
  }

  /** `byDir`: directories are compared, so each has to have one name. */
  #readyTasks(snapshot: Snapshot, wall: number, byDir: boolean): readonly TaskView[] {
    if (this.#ready?.tip !== snapshot.tip || wall - this.#ready.at > READY_AGE || wall < this.#ready.at) {
      const config = this.#context.config();
      const tasks = dispatchable(snapshot, config, wall);
      const isCounted = byDir || config.max_per_cwd !== undefined;
      this.#ready = {
        tip: snapshot.tip,
        at: wall,
        tasks: isCounted ? tasks.map((task) => ({ ...task, cwd: realOr(task.cwd) })) : tasks,
      };
    }
    return this.#ready.tasks;
  }

  /** Attempts that the store names and we do not hold yet, and (once) those on disk that were never judged. */
  #adopt(snapshot: Snapshot): void {
    const config = this.#context.config();
    // Synced with another home: what runs there is that one's to watch.
    const here = homeId(this.#context.store.gitDir);
    if (this.#only !== undefined) {
      const issue = snapshot.issue(this.#only.task);
      const held = issue === undefined ? undefined : heldBy(issue);
      if (issue !== undefined && held?.uuid === this.#only.uuid && !isElsewhere(issue, here))
        this.#holdClaimed(issue, held, config);
      return;
    }
    for (const issue of snapshot.live.values()) {
      const held = heldBy(issue);
      if (held !== undefined && !isElsewhere(issue, here)) this.#holdClaimed(issue, held, config);
    }
    if (this.#scanned) return;
    for (const task of list(tasksDir(this.#context.home))) {
      for (const n of attemptNumbers(this.#context.home, task)) {
        const dir = attemptDir(this.#context.home, task, n);
        if (readOutcome(dir) !== undefined) continue;
        const record = readAttempt(dir);
        if (record === undefined) continue;
        const { uuid, coder: coderName, account = coderName, cwd } = record;
        this.#hold({ task, ref: { n, uuid }, coderName, account, cwd, fresh: false });
      }
    }
    this.#scanned = true;
  }

  #holdClaimed(issue: Issue, ref: AttemptRef, config: Config): void {
    const coderName = coderOf(issue, config);
    const account = fleetRecord(issue).account ?? coderName;
    this.#hold({ task: issue.id, ref, coderName, account, cwd: cwdOf(issue), fresh: false });
  }

  #hold(claimed: Omit<Parameters<typeof newHandle>[0], "dir">): Handle {
    const { task, ref, coderName } = claimed;
    const known = this.#handles.get(ref.uuid);
    if (known !== undefined) return known;
    const dir = dirOf(this.#context.home, task, ref);
    const handle = newHandle({ ...claimed, dir });
    this.#handles.set(ref.uuid, handle);
    if (pidOf(handle).kind === "wrapper")
      this.#context.journal.write("adopt", `attempt ${ref.n} of ${coderName}`, task);
    return handle;
  }

  async #tryTo(action: Action, table: ProcessTable): Promise<boolean> {
    const task = action.kind === "exit" ? "" : action.kind === "claim" ? action.task : action.attempt.task;
    const about = `${action.kind} ${task}`.trim();
    try {
      const progress = await this.#perform(action, table);
      this.#say(about, undefined);
      return progress;
    } catch (error) {
      this.#say(about, `${about}: ${describe(error)}`);
      return false;
    }
  }

  #handleOf(attempt: AttemptView): Handle {
    const handle = this.#handles.get(attempt.ref.uuid);
    if (handle === undefined) throw new Error(`attempt ${attempt.ref.uuid} is not held`);
    return handle;
  }

  /** True when something was done. */
  async #perform(action: Action, table: ProcessTable): Promise<boolean> {
    switch (action.kind) {
      case "claim":
        return await this.#claim(action.task, action.account);
      case "start":
        await startAttempt(this.#context, this.#handleOf(action.attempt), this.running);
        return true;
      case "fence": {
        const handle = this.#handleOf(action.attempt);
        mkdirSync(handle.dir, { recursive: true, mode: 0o700 });
        fence(handle.dir);
        return true;
      }
      case "stop": {
        const handle = this.#handleOf(action.attempt);
        if (writeStop(handle.dir, action.reason, this.#context.clock.wall()))
          this.#context.journal.write("stop", `attempt ${handle.ref.n}: ${action.reason.kind}`, handle.task);
        return true;
      }
      case "signal":
        return this.#signal(this.#handleOf(action.attempt), action.signal, table);
      case "sweep":
        return this.#sweep(this.#handleOf(action.attempt), table);
      case "prove": {
        const handle = this.#handleOf(action.attempt);
        const others = this.running.filter((other) => other !== handle && isAtWork(other));
        return await prove(this.#context, handle, action.step, others);
      }
      case "outcome":
        judgeAttempt(this.#context, this.#handleOf(action.attempt));
        return true;
      case "settle": {
        const handle = this.#handleOf(action.attempt);
        await settleAttempt(this.#context, handle);
        this.#handles.delete(handle.ref.uuid);
        return true;
      }
      case "exit":
        return true;
    }
  }

  async #claim(id: string, account: string): Promise<boolean> {
    const context = this.#context;
    const snapshot = context.store.snapshot();
    const issue = snapshot.issue(id);
    if (issue === undefined) return false;
    const config = context.config();
    const coder = coderOf(issue, config);
    const uuid = context.uuid.v4();
    const onDisk = attemptNumbers(context.home, id).at(-1) ?? 0;
    const n = Math.max(fleetRecord(issue).attempts ?? 0, onDisk) + 1;
    const who = { ...act(context), actor: attemptActor(coder, uuid), email: `${coder}@fleet.localhost` };
    try {
      await context.store.transact(who, (now) =>
        claim(now, who, { id, attempt: { n, uuid }, home: homeId(context.store.gitDir), account }),
      );
    } catch (error) {
      // Somebody was quicker; the next look shows what is left.
      if (error instanceof StoreError && (error.code === "not-claimable" || error.code === "not-found")) return false;
      throw error;
    }
    const handle = this.#hold({
      task: id,
      ref: { n, uuid },
      coderName: coder,
      account,
      cwd: cwdOf(issue),
      fresh: true,
    });
    const model = modelOf(issue, config);
    context.journal.write(
      "claim",
      `attempt ${n} by ${coder}${model === undefined ? "" : `/${model}`}${account === coder ? "" : ` (${account})`}: ${issue.title}`,
      id,
    );
    await startAttempt(context, handle, this.running);
    return true;
  }

  /** False for what was sent before: it takes its time. */
  #signal(handle: Handle, signal: "SIGTERM" | "SIGKILL", table: ProcessTable): boolean {
    const { clock } = this.#context;
    const now = clock.monotonic();
    const pid = pidOf(handle);
    if (signal === "SIGTERM") {
      handle.termedAt = now;
      if (pid.kind === "wrapper" && signalGroup(pid.pid, pid.start, signal)) return true;
    }
    const isFirst = signal === "SIGTERM" || handle.killedAt === undefined;
    if (signal === "SIGKILL") handle.killedAt ??= now;
    // Tool shells run in sessions of their own: at the hard end everything of the attempt goes, one by one. The wrapper
    // goes last and only when it does not end by itself: it is the parent of what left its session, and holds the exit.
    const all = table.of(handle.ref.uuid, leaderPid(handle, clock.boot));
    const isLate = handle.killedAt !== undefined && now - handle.killedAt > this.#context.config().kill_grace;
    const others = all.filter((proc) => pid.kind !== "wrapper" || proc.pid !== pid.pid);
    signalEach(others.length === 0 && isLate ? all : others, signal);
    return isFirst;
  }

  /** False where looking again at once would only be the same again. */
  #sweep(handle: Handle, table: ProcessTable): boolean {
    const left = table.of(handle.ref.uuid, leaderPid(handle, this.#context.clock.boot));
    if (left.length > 0) {
      signalEach(left, handle.sweeps === 0 ? "SIGTERM" : "SIGKILL");
      const pids = left.map((proc) => proc.pid).join(" ");
      // What can't be killed (it waits in the kernel) is swept again and again, and said once.
      if (pids !== handle.saidLeft)
        this.#context.journal.write("sweep", `${left.length} left over: ${pids}`, handle.task);
      handle.saidLeft = pids;
      handle.quiet = 0;
      handle.sweeps++;
      handle.drained = false;
      return handle.sweeps < EAGER_SWEEPS;
    }
    handle.quiet++;
    // One bounded piece a tick: others are looked after while a long log is read to its end.
    handle.drained = handle.tail?.pump(this.#context.clock.wall()) ?? true;
    return true;
  }
}

export function describe(error: unknown): string {
  if (error instanceof StoreError)
    return [error.message, error.where, error.mend].filter((part) => part !== undefined).join("; ");
  return error instanceof Error ? error.message : String(error);
}
