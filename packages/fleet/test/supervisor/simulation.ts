/**
 * A fleet in virtual time: `plan` drives a model of store, disk and processes, in which everything that can die dies, at
 * any moment: the supervisor between any two actions, wrappers before and after they came, coders, the store's
 * readability, claims (the branch moved back). Accounts have windows that are used up, coders are not to be found for a while on
 * one of two PATHs, and directories go away for a while, so that their breakers open. The machine is short of processes for a
 * while, attempts are frozen, and the supervisor comes up in another place. After every single step the promises are checked. One seed, one run.
 */
import type { Classification } from "@fleet/coders/coder";
import { emptyFacts } from "@fleet/coders/facts";
import { shell } from "@fleet/coders/shell/index";

import { claimsDone, type Evidence } from "../../src/engine/core/judge.ts";
import { judgement } from "../../src/engine/core/judgement.ts";
import type { Outcome } from "../../src/attempts/records/outcome.ts";
import { breakersAfter, signOf } from "../../src/engine/core/consequences.ts";
import { fate } from "../../src/engine/core/fate.ts";
import { LIFECYCLE } from "../../src/engine/core/lifecycle.ts";
import type { StopReason } from "../../src/attempts/records/stop.ts";
import type { NotStarted } from "../../src/attempts/records/not-started.ts";
import type { LimitName } from "../../src/settings/limits/limits.ts";
import { type Breakers, CLOSED, coderKey, openBreakers, probes } from "../../src/engine/core/breaker.ts";
import { dispatch } from "../../src/engine/core/dispatch.ts";
import { hasEnded } from "../../src/engine/core/advance.ts";
import { withAccounts } from "../../src/engine/core/accounts/keep.ts";
import { plan } from "../../src/engine/core/plan.ts";
import { whyUnwanted } from "../../src/engine/core/proof.ts";
import type { Proof, ProofStep } from "../../src/engine/core/proof-step.ts";
import { random } from "../../../store/test/chaos/random.ts";
import type { Obstacle } from "../../src/engine/core/reason.ts";
import { dispatchFaults } from "../support/dispatch-faults.ts";
import { SimulatedAccounts, SLOTS } from "./simulated-accounts.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import type { AttemptView, Claim, Limits, Phase, TaskView, World } from "../../src/engine/core/world.ts";
import type { Action } from "../../src/engine/core/action.ts";

export interface Options {
  readonly seed: number;
  readonly tasks: number;
  readonly limits?: Partial<Limits>;
  /** How many attempts may run in one directory at once. */
  readonly maxPerCwd?: number;
  /** How often something dies, 0 to 1. */
  readonly chaos?: number;
}

export interface Report {
  readonly seed: number;
  readonly tasks: number;
  readonly ticks: number;
  /** Virtual milliseconds. */
  readonly took: number;
  readonly attempts: number;
  readonly crashes: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** How often `dispatch` gave which answer, in the ticks in which that was looked at. */
  readonly answers: Readonly<Record<string, number>>;
  readonly closed: number;
  readonly blocked: number;
  readonly mostAtOnce: number;
  readonly lateWrappers: number;
  /** How often an account was parked until its reset, went on at that, and a breaker opened. */
  readonly parked: number;
  readonly released: number;
  readonly tripped: number;
  /** How often the machine was short of something, an attempt frozen, and the supervisor in another place. */
  readonly short: number;
  readonly frozen: number;
  readonly moved: number;
  /** The most ticks in a row, supervisor up and store readable, in which a dead attempt was not settled. */
  readonly slowest: number;
  readonly violations: readonly string[];
}

interface Task {
  readonly id: string;
  readonly cwd: string;
  readonly coder: string;
  readonly path: string;
  status: "open" | "in_progress" | "blocked" | "closed";
  attempt: { readonly n: number; readonly uuid: string } | undefined;
  completion: string | undefined;
  attempts: number;
  /** The highest number that has a directory. */
  onDisk: number;
  tries: number;
  readonly outcomes: Outcome[];
  notBefore: number;
  /** The account of the session that its next attempt resumes. */
  sessionAccount: string | undefined;
  readonly needs: readonly Task[];
  /** Until when it is put off, and when somebody trusts it. */
  readonly deferred: number;
  readonly trustedAt: number;
}

/** No coder ever works on it. */
const EPIC: TaskView = {
  id: "epic",
  coder: "a",
  cwd: "/p0",
  notBefore: 0,
  after: null,
  obstacles: [{ kind: "container", type: "epic", open: 1, children: 1 }],
};

/** What is on disk and alive of one attempt. */
interface Attempt {
  readonly uuid: string;
  readonly n: number;
  readonly task: Task;
  readonly account: string;
  record: number | undefined;
  pid: "none" | "fenced" | "wrapper";
  stop: StopReason | undefined;
  readonly warned: LimitName[];
  outcome: Outcome | undefined;
  wrapper: boolean;
  coder: boolean;
  /** Processes that the coder left behind. */
  strays: number;
  exit: number | undefined;
  /** Its wrapper could not fork. */
  couldNotFork: boolean;
  /** Why it was not even tried. */
  notStarted: NotStarted | undefined;
  /** What its coder said of an end that was not its own fault. */
  fate: "limit" | "broken" | "short" | undefined;
  endsAt: number;
  /** Where it was started. */
  readonly place: number;
  /** Until when its processes stand still, and for how long they did. */
  frozenUntil: number;
  away: number;
  /** What it does at its end. */
  readonly manner: "exit" | "fail" | "close" | "block" | "hang";
  /** Takes no SIGTERM. */
  readonly stubborn: boolean;
  settled: boolean;
  waited: number;
  /** The check of what claims to be done; `left`: processes of it that are to be ended before its result is written. */
  check: "none" | "due" | "running" | "over" | "passed" | "failed";
  checkBegun: number;
  checkEnds: number;
  checkStop: StopReason | undefined;
  /** A result that came about beside another attempt counts only when it is good. */
  disturbed: boolean;
}

/** What a supervisor remembers, and a dead one forgets. */
interface Memory {
  readonly termedAt: Map<string, number>;
  readonly quiet: Map<string, number>;
  readonly finishedAt: Map<string, number>;
  readonly known: Set<string>;
}

const LIMITS: Limits = {
  maxConcurrent: 10,
  maxPerCoder: { b: 4 },
  killGrace: 5_000,
  finishGrace: 15_000,
  launchGrace: 10_000,
  limitStagger: 5_000,
  onParked: "fresh",
};
const TICK = 500;
const CHECK_TIMEOUT = 20_000;
const TIMEOUT = 120_000;
/** So many answers of `dispatch` are looked at in a tick; of larger worlds in some ticks only. */
const ASKED = 2;
/** Of so many tasks one is relieved of what it waits for; of larger worlds none. */
const RELIEVED = 30;
const MOST_RELIEVED = 50;
const MAX_ATTEMPTS = 3;
const RETRIES = { max_attempts: MAX_ATTEMPTS, retry_backoff: 10_000, retry_backoff_max: 60_000 };
const DIRS = ["/p0", "/p1", "/p2", "/p3"];
/** The PATH on which coders are not to be found for a while; on the other one they always are. */
const OLD = "/old";
const BREAKER = { failures: 5, pause: 60_000, burst: 1_000 };

/** As the store tells of it. What a task needs and what can't continue without a person is needed no longer. */
function taskView(task: Task, now: number, maxPerCwd: number): TaskView {
  const { id, coder, path, cwd, notBefore, sessionAccount, status, attempt } = task;
  const obstacles: Obstacle[] = [];
  if (attempt !== undefined) obstacles.push({ kind: "running", attempt: attempt.n });
  if (status === "blocked") obstacles.push({ kind: "needs-you", note: null });
  if (task.deferred > now) obstacles.push({ kind: "deferred", by: id, until: task.deferred, date: null });
  const on = task.needs.filter((one) => one.status === "open" || one.status === "in_progress").map((one) => one.id);
  if (on.length > 0) obstacles.push({ kind: "dependencies", on });
  if (task.trustedAt > now) obstacles.push({ kind: "held", hold: { kind: "unknown" } });
  return { id, coder, path, cwd, maxPerCwd, notBefore, after: null, sessionAccount, obstacles };
}

class Crash extends Error {}

class Simulation {
  readonly #draw: () => number;
  readonly #limits: Limits;
  readonly #maxPerCwd: number;
  readonly #chaos: number;
  readonly #tasks: Task[];
  readonly #byId: ReadonlyMap<string, Task>;
  readonly #attempts = new Map<string, Attempt>();
  /** Those that are not over yet. */
  #live: Attempt[] = [];
  readonly #accounts: SimulatedAccounts;
  readonly #machine = new SimulatedMachine();
  #timesFrozen = 0;
  #breakers: Breakers = CLOSED;
  /** As the supervisor saw it last: what opens within a tick holds from the next one on. */
  #seen: Pick<World, "parked" | "tripped"> = { parked: {}, tripped: { coders: {}, dirs: {} } };
  #timesTripped = 0;
  readonly #goneUntil = new Map<string, number>();
  /** What failed once, by the breakers' keys: nothing else may ever be held. */
  readonly #culprits = new Set<string>();
  readonly #arrivals: { readonly at: number; readonly attempt: Attempt }[] = [];
  readonly violations: string[] = [];
  readonly #outcomes: Record<string, number> = {};
  readonly #answers: Record<string, number> = {};
  #tick = 0;
  #now = 1_000_000;
  #memory: Memory | undefined;
  #upAt = 0;
  #readableAt = 0;
  #pausedUntil = 0;
  #crashes = 0;
  /** How many more steps the supervisor takes before it dies. */
  #stepsLeft = Infinity;
  #late = 0;
  #mostAtOnce = 0;
  #slowest = 0;
  #uuids = 0;

  constructor(readonly options: Options) {
    this.#draw = random(options.seed);
    this.#limits = { ...LIMITS, ...options.limits };
    this.#maxPerCwd = options.maxPerCwd ?? 5;
    this.#chaos = options.chaos ?? 1;
    const tasks: Task[] = [];
    for (let i = 0; i < options.tasks; i++)
      tasks.push({
        id: `t${i}`,
        cwd: `/p${i % 4}`,
        coder: i % 3 === 0 ? "b" : "a",
        path: i % 2 === 0 ? OLD : "",
        status: "open",
        attempt: undefined,
        completion: undefined,
        attempts: 0,
        onDisk: 0,
        tries: 0,
        outcomes: [],
        notBefore: 0,
        sessionAccount: undefined,
        needs: i % 5 === 4 ? tasks.slice(i - 2, i) : [],
        deferred: i % 7 === 3 ? this.#now + 1_000 * (i % 60) : 0,
        trustedAt: i % 9 === 5 ? this.#now + 1_000 * (i % 50) : 0,
      });
    this.#tasks = tasks;
    this.#byId = new Map(this.#tasks.map((task) => [task.id, task]));
    this.#accounts = new SimulatedAccounts(this.#limits.maxConcurrent, this.#now);
  }

  run(): Report {
    const begun = this.#now;
    const { tasks } = this.options;
    // With everything dying at every corner a task takes minutes; whatever takes longer than this never ends.
    const patience = 20_000 + tasks * 400;
    let ticks = 0;
    const isOver = (): boolean =>
      this.#tasks.every(
        ({ status, attempt }) => attempt === undefined && (status === "closed" || status === "blocked"),
      ) && this.#live.every((attempt) => this.#isOver(attempt));
    for (; !isOver() && ticks < patience && this.violations.length === 0; ticks++) {
      this.#now += TICK;
      this.#live = this.#live.filter(
        (attempt) => !this.#isOver(attempt) || (this.#memory?.known.has(attempt.uuid) === true && !attempt.settled),
      );
      this.#processes();
      this.#accidents();
      this.#supervise();
      this.#check();
    }
    if (!isOver() && this.violations.length === 0) {
      const open = this.#tasks.filter(({ status }) => status === "open" || status === "in_progress");
      const unsettled = this.#live.filter((attempt) => !this.#isOver(attempt)).length;
      this.violations.push(`not over after ${ticks} ticks: ${open.length} tasks open, ${unsettled} attempts not over`);
    }
    return {
      seed: this.options.seed,
      tasks,
      ticks,
      took: this.#now - begun,
      attempts: this.#attempts.size,
      crashes: this.#crashes,
      outcomes: this.#outcomes,
      answers: this.#answers,
      closed: this.#tasks.filter(({ status }) => status === "closed").length,
      blocked: this.#tasks.filter(({ status }) => status === "blocked").length,
      mostAtOnce: this.#mostAtOnce,
      lateWrappers: this.#late,
      parked: this.#accounts.timesParked,
      released: this.#accounts.timesReleased,
      tripped: this.#timesTripped,
      short: this.#machine.timesShort,
      frozen: this.#timesFrozen,
      moved: this.#machine.timesMoved,
      slowest: this.#slowest,
      violations: this.violations,
    };
  }

  #chance(share: number): boolean {
    return this.#draw() < share * this.#chaos;
  }

  #between(low: number, high: number): number {
    return low + this.#draw() * (high - low);
  }

  /** Nothing lives, the store names it no more, and what was recorded of it has a verdict. */
  #isOver(attempt: Attempt): boolean {
    if (this.#lives(attempt) || attempt.task.attempt?.uuid === attempt.uuid) return false;
    return attempt.record === undefined || attempt.outcome !== undefined;
  }

  #lives({ wrapper, coder, strays }: Attempt): boolean {
    return wrapper || coder || strays > 0;
  }

  /** Processes come, work and go, whoever watches. */
  #processes(): void {
    for (const arrival of this.#arrivals.splice(0)) {
      if (arrival.at > this.#now) this.#arrivals.push(arrival);
      else this.#arrive(arrival.attempt);
    }
    for (const attempt of this.#live) {
      if (attempt.check === "running" && this.#now >= attempt.checkEnds) attempt.check = "over";
      if (this.#now < attempt.frozenUntil) {
        attempt.endsAt += TICK;
        attempt.away += TICK;
        continue;
      }
      if (!attempt.coder || this.#now < attempt.endsAt) continue;
      if (attempt.fate !== undefined) {
        this.#coderEnds(attempt, attempt.fate === "broken" ? 127 : attempt.fate === "short" ? 2 : 1);
        continue;
      }
      if (attempt.manner === "hang") continue;
      const held = attempt.task.attempt?.uuid === attempt.uuid;
      if (held && attempt.manner === "close") attempt.task.completion = attempt.uuid;
      if (held && attempt.manner === "block") attempt.task.status = "blocked";
      this.#coderEnds(attempt, attempt.manner === "fail" ? 1 : 0);
      if (this.#draw() < 0.1) attempt.strays = 2;
    }
  }

  /** The fence: whoever comes second does nothing. */
  #arrive(attempt: Attempt): void {
    if (attempt.pid !== "none") {
      this.#late++;
      return;
    }
    attempt.pid = "wrapper";
    if (this.#machine.isShort(this.#now) && this.#chance(0.5)) {
      attempt.couldNotFork = true;
      attempt.exit = 2;
      return;
    }
    attempt.wrapper = true;
    attempt.coder = true;
    attempt.endsAt = this.#now + this.#between(1_000, 60_000);
    const said = this.#accounts.use(attempt.account, attempt.task.coder, this.#now);
    attempt.fate = said === "broken" && attempt.task.path !== OLD ? undefined : said;
    if (attempt.fate !== undefined) attempt.endsAt = this.#now + 500;
  }

  #tripped(): World["tripped"] {
    return {
      coders: probes(this.#breakers.coders, BREAKER, this.#now),
      dirs: probes(this.#breakers.dirs, BREAKER, this.#now),
    };
  }

  #coderEnds(attempt: Attempt, code: number): void {
    attempt.coder = false;
    if (!attempt.wrapper) return;
    attempt.exit = code;
    attempt.wrapper = false;
  }

  #accidents(): void {
    for (const coder of ["a", "b"])
      if (this.#chance(0.001)) this.#accounts.breakUntil(coder, this.#now + this.#between(0, 120_000));
    for (const dir of DIRS) if (this.#chance(0.0005)) this.#goneUntil.set(dir, this.#now + this.#between(0, 120_000));
    if (this.#chance(0.001)) this.#pausedUntil = this.#now + this.#between(0, 20_000);
    if (this.#chance(0.003)) this.#readableAt = this.#now + this.#between(0, 20_000);
    if (this.#chance(0.001)) this.#machine.lacksUntil(this.#now + this.#between(0, 60_000));
    if (this.#chance(0.0005)) this.#move();
    for (const place of this.#machine.gone(this.#now)) this.#endPlace(place);
    for (const attempt of this.#live) {
      if (attempt.coder && this.#machine.isShort(this.#now) && this.#chance(0.02)) {
        attempt.fate = "short";
        attempt.endsAt = this.#now;
      }
      // What nobody sees counts as if it ran.
      if (attempt.coder && this.#memory !== undefined && this.#chance(0.001)) this.#freeze(attempt);
      if (this.#isOver(attempt) || !this.#chance(0.004)) continue;
      const what = Math.floor(this.#draw() * 5);
      if (what === 0) attempt.wrapper = false;
      if (what === 1 && attempt.coder) this.#coderEnds(attempt, 137);
      if (what === 2) {
        attempt.wrapper = false;
        attempt.coder = false;
      }
      if (what === 3) attempt.stop ??= { kind: "killed", by: "ann" };
      // The branch is moved back to before the claim.
      if (what === 4 && attempt.task.attempt?.uuid === attempt.uuid) {
        attempt.task.attempt = undefined;
        attempt.task.status = "open";
        attempt.task.completion = undefined;
      }
    }
  }

  #freeze(attempt: Attempt): void {
    attempt.frozenUntil = this.#now + this.#between(0, 2 * TIMEOUT);
    this.#timesFrozen++;
  }

  /** The supervisor leaves, and the next one comes up in another place. */
  #move(): void {
    this.#dies();
    this.#machine.move(this.#now + this.#between(20_000, 120_000));
  }

  #endPlace(place: number): void {
    for (const attempt of this.#live.filter((one) => one.place === place)) {
      attempt.wrapper = false;
      attempt.coder = false;
      attempt.strays = 0;
    }
    const left = this.#arrivals.filter(({ attempt }) => attempt.place !== place);
    this.#arrivals.splice(0, Infinity, ...left);
  }

  #dies(): void {
    this.#memory = undefined;
    this.#machine.forget();
    for (const attempt of this.#live) attempt.frozenUntil = 0;
    this.#upAt = this.#now + this.#between(0, 30_000);
  }

  #isElsewhere({ place, record, exit, outcome, pid }: Attempt): boolean {
    const isSaid = exit !== undefined || outcome !== undefined || pid === "fenced";
    return record !== undefined && !isSaid && this.#machine.isElsewhere(place);
  }

  #supervise(): void {
    if (this.#now < this.#upAt) return;
    this.#memory ??= { termedAt: new Map(), quiet: new Map(), finishedAt: new Map(), known: new Set() };
    const world = this.#look(this.#memory);
    this.#seen = world;
    this.#askDispatch(world);
    this.#stepsLeft = this.#chance(0.06) ? Math.floor(this.#between(0, 8)) : Infinity;
    try {
      for (const action of plan(world)) {
        this.#mayCrash();
        this.#apply(action, this.#memory, world.unknown);
        this.#check();
      }
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#dies();
      this.#crashes++;
      return;
    }
    this.#machine.done(this.#now);
    for (const attempt of this.#live) {
      if (this.#isOver(attempt) || this.#lives(attempt) || attempt.pid === "none" || world.unknown) continue;
      if (this.#isElsewhere(attempt)) continue;
      // A check takes its time, and so does a quiet place for it.
      if (this.#proof(attempt, attempt.task.attempt?.uuid === attempt.uuid ? "held" : "gone") !== undefined) continue;
      attempt.waited++;
      this.#slowest = Math.max(this.#slowest, attempt.waited);
    }
  }

  /** Of all in a small world, in each tick; of one of them whether its wait would end. */
  #askDispatch(world: World): void {
    if (this.#tick++ % Math.ceil(world.tasks.length / ASKED) !== 0) return;
    // In a large world a thousand others may have to go first.
    const isSmall = world.tasks.length <= MOST_RELIEVED;
    const some = isSmall ? world.tasks.filter((_, i) => i > 0 && (this.#tick + i) % RELIEVED === 0) : [];
    for (const fault of dispatchFaults(world, some)) this.violations.push(`dispatch: ${fault}`);
    for (const [, answer] of dispatch(world)) {
      const kind = answer.kind === "go" ? "go" : answer.reason.kind;
      this.#answers[kind] = (this.#answers[kind] ?? 0) + 1;
    }
  }

  #mayCrash(): void {
    if (this.#stepsLeft-- <= 0) throw new Crash();
  }

  #look(memory: Memory): World {
    const unknown = this.#now < this.#readableAt;
    // Named by the store, or on disk with a record and no verdict: as the supervisor finds them.
    for (const attempt of this.#live) {
      const named = !unknown && attempt.task.attempt?.uuid === attempt.uuid;
      if (named || (attempt.record !== undefined && attempt.outcome === undefined && !unknown))
        memory.known.add(attempt.uuid);
    }
    const attempts = this.#live.filter((attempt) => memory.known.has(attempt.uuid) && !attempt.settled);
    return withAccounts({
      now: this.#now,
      wall: this.#now,
      mode: { kind: this.#now < this.#pausedUntil ? "paused" : "running" },
      unknown,
      limits: this.#limits,
      hold: this.#machine.hold,
      tripped: this.#tripped(),
      breakers: this.#breakers,
      accounts: SLOTS,
      accountsSeen: this.#accounts.seen(),
      tasks: unknown
        ? []
        : [
            EPIC,
            ...this.#tasks
              .filter(({ status }) => status !== "closed")
              .map((task) => taskView(task, this.#now, this.#maxPerCwd)),
          ],
      attempts: attempts.map((attempt) => this.#view(attempt, memory, unknown)),
    });
  }

  #view(attempt: Attempt, memory: Memory, unknown: boolean): AttemptView {
    const { task, uuid, n } = attempt;
    const isHeld = task.attempt?.uuid === uuid && task.status !== "open" && task.status !== "closed";
    const claim: Claim = unknown ? "unknown" : isHeld ? "held" : "gone";
    return {
      task: task.id,
      ref: { n, uuid },
      coder: task.coder,
      path: task.path,
      account: attempt.account,
      cwd: task.cwd,
      claim,
      phase: this.#phase(attempt, memory, claim),
    };
  }

  #phase(attempt: Attempt, memory: Memory, claim: Claim): Phase {
    const { uuid, stop, record } = attempt;
    if (attempt.outcome !== undefined) return { kind: "judged" };
    if (attempt.pid === "fenced") return { kind: "fenced" };
    if (record === undefined) return { kind: "claimed", stopped: stop !== undefined };
    const stopped = stop !== undefined;
    if (this.#isElsewhere(attempt)) return { kind: "elsewhere", where: `host ${attempt.place}`, stopped };
    if (attempt.pid === "none")
      return { kind: "launching", since: record, otherBoot: attempt.place !== this.#machine.place, stopped };
    if (attempt.wrapper || attempt.coder) {
      const isFinished = claim === "held" && (attempt.task.completion === uuid || attempt.task.status === "blocked");
      if (isFinished && !memory.finishedAt.has(uuid)) memory.finishedAt.set(uuid, this.#now);
      return {
        kind: "running",
        startedAt: record,
        away: attempt.away,
        limits: { timeout: TIMEOUT },
        used: {},
        warned: attempt.warned,
        stop,
        termedAt: memory.termedAt.get(uuid),
        finishedAt: memory.finishedAt.get(uuid),
        resultAt: undefined,
        context: undefined,
      };
    }
    const quiet = memory.quiet.get(uuid) ?? 0;
    const ended = { kind: "ended", quiet, drained: quiet > 0 } as const;
    const step = hasEnded(ended) ? this.#proof(attempt, claim) : undefined;
    return step === undefined ? ended : { kind: "proving", step };
  }

  #attempt(uuid: string): Attempt {
    const found = this.#attempts.get(uuid);
    if (found === undefined) throw new Error(`no attempt ${uuid}`);
    return found;
  }

  #apply(action: Action, memory: Memory, unknown: boolean): void {
    switch (action.kind) {
      case "claim":
        return this.#claim(action.task, action.account, memory);
      case "start":
        return this.#start(this.#attempt(action.attempt.ref.uuid));
      case "fence": {
        const attempt = this.#attempt(action.attempt.ref.uuid);
        if (attempt.pid === "none") attempt.pid = "fenced";
        return;
      }
      case "stop":
        return this.#stop(this.#attempt(action.attempt.ref.uuid), action.reason);
      case "warn":
        this.#attempt(action.attempt.ref.uuid).warned.push(action.measure.limit);
        return;
      case "signal":
        return this.#signal(this.#attempt(action.attempt.ref.uuid), action.signal, memory);
      case "sweep": {
        const attempt = this.#attempt(action.attempt.ref.uuid);
        if (this.#isElsewhere(attempt)) this.violations.push(`swept where it can't be reached: ${attempt.uuid}`);
        memory.quiet.set(attempt.uuid, attempt.strays === 0 ? (memory.quiet.get(attempt.uuid) ?? 0) + 1 : 0);
        attempt.strays = Math.max(0, attempt.strays - 1);
        return;
      }
      case "prove":
        return this.#prove(this.#attempt(action.attempt.ref.uuid), action.step);
      case "outcome":
        return this.#judge(this.#attempt(action.attempt.ref.uuid), unknown);
      case "settle":
        return this.#settle(this.#attempt(action.attempt.ref.uuid), unknown);
      case "park": {
        const fault = this.#accounts.keep(action.account, action.park, this.#now);
        if (fault !== undefined) this.violations.push(fault);
        return;
      }
      case "exit":
      // Nothing is written down here.
      case "keep-events":
      case "keep-spent":
      case "keep-use":
      case "keep-away":
      case "keep-work":
      case "note":
      case "tell-accounts":
      case "put-aside":
      case "make-directory":
      case "seal":
      case "show-life":
      case "tidy":
      case "bound-trace":
      case "show-sources":
      case "show-landings":
      case "land":
      case "trouble":
        return;
    }
  }

  #proof(attempt: Attempt, claim: Claim): ProofStep | undefined {
    const { check, stop } = attempt;
    const unwanted = whyUnwanted(stop, claim);
    if (check === "running")
      return {
        kind: "checking",
        startedAt: attempt.checkBegun,
        timeoutMs: CHECK_TIMEOUT,
        unwanted,
        stop: attempt.checkStop,
        termedAt: attempt.checkStop === undefined ? undefined : attempt.checkBegun,
      };
    if (check === "over") return { kind: "checked" };
    if (check !== "due" || unwanted !== undefined || !claimsDone(this.#evidence(attempt, claim === "held")))
      return undefined;
    return { kind: "check", check: 1, run: 1, whenQuiet: attempt.disturbed };
  }

  #prove(attempt: Attempt, step: Proof): void {
    const beside = this.#live.some((other) => other !== attempt && other.coder && other.task.cwd === attempt.task.cwd);
    switch (step.kind) {
      case "look":
      case "fence":
        this.violations.push(`nothing to ${step.kind}: ${attempt.uuid}`);
        return;
      case "check":
        if (attempt.check !== "due") this.violations.push(`a check twice at once: ${attempt.uuid}`);
        if (attempt.disturbed && beside) this.violations.push(`not quiet: ${attempt.uuid}`);
        attempt.check = "running";
        attempt.checkBegun = this.#now;
        attempt.checkEnds = this.#now + this.#between(0, 2 * CHECK_TIMEOUT);
        attempt.checkStop = undefined;
        return;
      case "stop":
        attempt.checkStop ??= step.reason;
        return;
      case "signal":
        if (attempt.checkStop === undefined)
          this.violations.push(`a check signalled without a reason: ${attempt.uuid}`);
        attempt.check = "over";
        return;
      case "sweep": {
        const failed = attempt.checkStop?.kind === "timed-out" || this.#draw() < 0.3;
        const isEnded = attempt.checkStop !== undefined && attempt.checkStop.kind !== "timed-out";
        const again = isEnded || (failed && beside);
        attempt.disturbed = failed && beside;
        attempt.check = again ? "due" : failed ? "failed" : "passed";
      }
    }
  }

  #claim(id: string, account: string, memory: Memory): void {
    const task = this.#byId.get(id);
    if (task === undefined || task.status !== "open" || task.attempt !== undefined) return;
    this.#checkAccount(task, account);
    const key = coderKey(task);
    const gates = [
      [this.#seen.tripped.coders[key], (one: Task) => coderKey(one) === key],
      [this.#seen.tripped.dirs[task.cwd], (one: Task) => one.cwd === task.cwd],
    ] as const;
    for (const [gate, isSame] of gates)
      if (gate !== undefined && (gate > this.#now || this.#live.some((one) => one.coder && isSame(one.task))))
        this.violations.push(`${id} claimed through an open breaker`);
    const n = Math.max(task.attempts, task.onDisk) + 1;
    task.onDisk = n;
    const uuid = `u${++this.#uuids}`;
    const manners = ["exit", "exit", "exit", "fail", "close", "block", "hang"] as const;
    const attempt: Attempt = {
      uuid,
      n,
      task,
      account,
      record: undefined,
      pid: "none",
      stop: undefined,
      warned: [],
      outcome: undefined,
      wrapper: false,
      coder: false,
      strays: 0,
      exit: undefined,
      couldNotFork: false,
      notStarted: undefined,
      fate: undefined,
      endsAt: 0,
      place: this.#machine.place,
      frozenUntil: 0,
      away: 0,
      manner: manners[Math.floor(this.#draw() * manners.length)] ?? "exit",
      stubborn: this.#draw() < 0.2,
      settled: false,
      waited: 0,
      check: this.#draw() < 0.5 ? "due" : "none",
      checkBegun: 0,
      checkEnds: 0,
      checkStop: undefined,
      disturbed: false,
    };
    this.#attempts.set(uuid, attempt);
    this.#live.push(attempt);
    task.status = "in_progress";
    task.attempt = { n, uuid };
    task.attempts = n;
    task.completion = undefined;
    this.#mayCrash();
    memory.known.add(uuid);
    this.#start(attempt);
  }

  /** Of the coder's own, not parked, with room, and that of its session unless that one is parked and need not be waited for. */
  #checkAccount(task: Task, account: string): void {
    const { parked } = this.#seen;
    const isParked = (name: string): boolean => (parked[name] ?? 0) > this.#now;
    const wrong = (what: string): number => this.violations.push(`${task.id} claimed on ${account}: ${what}`);
    const slot = SLOTS.find(({ name }) => name === account);
    if (slot === undefined || slot.coder !== task.coder) wrong("no account of its coder");
    else if (isParked(account)) wrong("it is parked");
    const known = this.#live.filter((one) => one.account === account && this.#memory?.known.has(one.uuid) === true);
    if (slot?.max !== undefined && known.filter(({ settled }) => !settled).length >= slot.max) wrong("it has no room");
    const { sessionAccount: own } = task;
    if (own !== undefined && own !== account && (this.#limits.onParked === "wait" || !isParked(own)))
      wrong(`its session is on ${own}`);
  }

  #start(attempt: Attempt): void {
    const { cwd } = attempt.task;
    // Claimed it stays, and the start is tried again.
    if (this.#machine.refuses(this.#now)) return;
    if ((this.#goneUntil.get(cwd) ?? 0) > this.#now) {
      attempt.notStarted = { kind: "directory-gone", reason: `${cwd} is gone` };
      this.#mayCrash();
      if (attempt.pid === "none") attempt.pid = "fenced";
      return;
    }
    attempt.record = this.#now;
    this.#mayCrash();
    // At once, a little later, much later than anybody waits for it, or never.
    const delay = this.#chance(0.2) ? this.#between(0, 40_000) : this.#between(0, 50);
    if (!this.#chance(0.03)) this.#arrivals.push({ at: this.#now + delay, attempt });
    this.#mayCrash();
  }

  #stop(attempt: Attempt, reason: StopReason): void {
    attempt.stop ??= reason;
    const worked = this.#now - (attempt.record ?? this.#now) - attempt.away;
    if (reason.kind === "timed-out" && worked < TIMEOUT)
      this.violations.push(`stopped for time in which it was frozen: ${attempt.uuid}`);
  }

  #signal(attempt: Attempt, signal: "SIGTERM" | "SIGKILL", memory: Memory): void {
    if (attempt.stop === undefined) this.violations.push(`signalled without a reason on disk: ${attempt.uuid}`);
    if (this.#isElsewhere(attempt)) this.violations.push(`signalled where it can't be reached: ${attempt.uuid}`);
    if (signal === "SIGTERM") memory.termedAt.set(attempt.uuid, this.#now);
    if (signal === "SIGTERM" && attempt.stubborn) return;
    if (attempt.coder) this.#coderEnds(attempt, signal === "SIGTERM" ? 143 : 137);
    attempt.wrapper = false;
  }

  #judge(attempt: Attempt, unknown: boolean): void {
    if (unknown) this.violations.push(`judged on what is unknown: ${attempt.uuid}`);
    if (this.#lives(attempt)) this.violations.push(`judged while it lives: ${attempt.uuid}`);
    if (this.#isElsewhere(attempt)) this.violations.push(`judged where it can't be seen: ${attempt.uuid}`);
    const { task, uuid, check } = attempt;
    const held = task.attempt?.uuid === uuid && task.status !== "open" && task.status !== "closed";
    if (check === "running" || check === "over") this.violations.push(`judged while its check runs: ${uuid}`);
    const { couldNotFork, notStarted } = attempt;
    const found = judgement({ evidence: this.#evidence(attempt, held), notStarted, short: couldNotFork });
    switch (found.kind) {
      case "burst-open":
      case "check-due":
        this.violations.push(`to be judged before its time, ${found.kind}: ${uuid}`);
        return;
      case "judged":
        attempt.outcome ??= found.outcome;
        if (found.lacked !== undefined) this.#machine.met(found.lacked, found.outcome.reason, this.#now);
        if (couldNotFork && found.outcome.counts) this.violations.push(`a try that never began: ${uuid}`);
    }
  }

  #evidence(attempt: Attempt, held: boolean): Evidence {
    const { task, uuid, exit, check } = attempt;
    const evidence: Evidence = {
      end: attempt.pid === "fenced" ? "fenced" : exit === undefined ? "unseen" : "exited",
      stop: attempt.stop,
      classification: this.#classify(attempt, exit ?? 1),
      facts: emptyFacts(),
      capabilities: shell.capabilities,
      completion: held && task.completion === uuid ? "done" : undefined,
      held,
      status: task.status,
      notes: undefined,
      placeGone: exit === undefined && this.#machine.isGone(attempt.place) ? `host ${attempt.place}` : undefined,
    };
    return {
      ...evidence,
      shown: {
        passed: check === "passed" ? ["check"] : [],
        failed: check === "failed" ? ["check failed"] : [],
        unfinished: check === "due" && claimsDone(evidence),
        unmet: [],
        outside: [],
      },
    };
  }

  #classify({ fate, account }: Attempt, code: number): Classification {
    if (code === 127 && fate === "broken") return { kind: "spawn-failed", reason: "not found" };
    if (code === 1 && fate === "limit") {
      const until = new Date(this.#accounts.resets(account)).toISOString();
      return { kind: "failed", cause: "window", until, reason: "the window is used up" };
    }
    if (code === 2 && fate === "short") return { kind: "failed", cause: "machine", reason: "Cannot fork" };
    return code === 0 ? { kind: "completed" } : { kind: "failed", cause: "task", reason: `exit ${code}` };
  }

  /** What a settlement says of its account and of the breakers. */
  #judgeCoder({ task, account }: Attempt, outcome: Outcome): void {
    if (outcome.parks !== undefined && outcome.until !== undefined)
      this.#accounts.limited(account, Date.parse(outcome.until));
    const sign = signOf(LIFECYCLE, outcome);
    if (sign.kind === "coder-missing") this.#culprits.add(coderKey(task));
    if (sign.kind === "directory-gone") this.#culprits.add(task.cwd);
    const before = openBreakers(this.#breakers).length;
    const change = breakersAfter(this.#breakers, { looked: task, dir: task.cwd, sign }, BREAKER, this.#now);
    if (change === undefined) return;
    this.#breakers = change.breakers;
    const open = openBreakers(change.breakers);
    if (open.length > before) this.#timesTripped++;
    for (const { key } of open)
      if (!this.#culprits.has(key)) this.violations.push(`${key} is held, and never failed to start`);
  }

  #settle(attempt: Attempt, unknown: boolean): void {
    const { task, uuid, outcome } = attempt;
    if (unknown || outcome === undefined) {
      this.violations.push(`settled on what is unknown: ${uuid}`);
      return;
    }
    attempt.settled = true;
    this.#outcomes[outcome.kind] = (this.#outcomes[outcome.kind] ?? 0) + 1;
    if (task.attempt?.uuid !== uuid) return;
    this.#judgeCoder(attempt, outcome);
    const triesBefore = task.tries;
    task.attempt = undefined;
    task.sessionAccount = LIFECYCLE[outcome.kind].resume && attempt.exit !== undefined ? attempt.account : undefined;
    if (task.status !== "in_progress") return;
    task.outcomes.push(outcome);
    const chance = { config: RETRIES, wall: this.#now, random: this.#draw() };
    const { disposition } = fate(LIFECYCLE, outcome, task, chance);
    if (outcome.counts) task.tries++;
    if (disposition.kind === "retry") {
      task.status = "open";
      task.notBefore = Date.parse(disposition.notBefore ?? "1970-01-01T00:00:00Z");
    } else task.status = disposition.kind === "close" ? "closed" : "blocked";
    if (task.status === "open" && task.tries >= MAX_ATTEMPTS)
      this.violations.push(`${task.id} is tried again after ${task.tries} tries`);
    if (task.tries - triesBefore > 1) this.violations.push(`${task.id} was counted twice for one attempt`);
    const { exit, place } = attempt;
    if (outcome.kind === "lost" && this.#machine.isGone(place) && exit === undefined)
      this.violations.push(`${task.id}: what ended with its place was counted as a try`);
    if (outcome.kind === "rate-limited" && task.tries !== triesBefore)
      this.violations.push(`${task.id}: a limit was counted as a try`);
  }

  #check(): void {
    const living = this.#live.filter((attempt) => attempt.coder);
    const perTask = new Set<string>();
    for (const { task, uuid } of living) {
      if (perTask.has(task.id)) this.violations.push(`two living attempts of ${task.id}, one of them ${uuid}`);
      perTask.add(task.id);
    }
    this.#mostAtOnce = Math.max(this.#mostAtOnce, living.length);
    const within = (count: number, limit: number | undefined, what: string): void => {
      if (limit !== undefined && count > limit) this.violations.push(`${count} at once ${what}, allowed are ${limit}`);
    };
    within(living.length, this.#limits.maxConcurrent, "in all");
    for (const coder of ["a", "b"])
      within(living.filter(({ task }) => task.coder === coder).length, this.#limits.maxPerCoder[coder], `of ${coder}`);
    for (const cwd of DIRS) within(living.filter(({ task }) => task.cwd === cwd).length, this.#maxPerCwd, `in ${cwd}`);
    const finished = living.find(({ settled, outcome }) => settled || outcome !== undefined);
    if (finished !== undefined) this.violations.push(`alive after its verdict: ${finished.uuid}`);
  }
}

export const simulate = (options: Options): Report => new Simulation(options).run();
