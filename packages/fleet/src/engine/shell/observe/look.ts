/** Looks at everything `plan` decides on: the queue, the attempts, accounts, breakers and settings, as one world. */
import { existsSync } from "node:fs";

import type { Snapshot } from "@fleet/store/snapshot";
import { movedBack } from "@fleet/store/moved-back";

import { ignoresCase } from "@fleet/kit/letter-case";
import { uptimeMs } from "@fleet/kit/process/table";
import { awayBetween, type Looked as LookedAt } from "@fleet/kit/clock";
import { AccountMonitor } from "../accounts/account-monitor.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { LandingQueue } from "../land/landing-queue.ts";
import type { Held } from "../loop/held.ts";
import { Findings } from "./findings.ts";
import { lookUp } from "./look-up.ts";
import type { Around } from "./observe-running.ts";
import { observe, unseen, view } from "./observe.ts";
import { Blind, blindness, type ProcessTable } from "./process-table.ts";
import { QueueSeen, withTree } from "./queue-seen.ts";
import { RealNames } from "./real-names.ts";
import { Sources } from "./sources.ts";
import { breakersIn, limitsIn } from "./surroundings.ts";
import { strangeRecord } from "../act/put-aside.ts";
import { describe, type Troubles } from "../state/troubles.ts";
import { remember, stillSeen } from "./glance.ts";
import { modelFacts } from "./model-facts.ts";
import { recordOf } from "../../core/attempt.ts";
import { modeNow } from "../../core/mode.ts";
import { readSaid } from "../state/said.ts";
import type { LandingView } from "../../core/landing.ts";
import type { Refused } from "../state/shown-sources.ts";
import type { AttemptView, Mode, Sight } from "../../core/world.ts";

export class Look {
  readonly #context: Context;
  readonly #held: Held;
  readonly #troubles: Troubles;
  readonly #accounts: AccountMonitor;
  readonly #queue: QueueSeen;
  readonly #names: RealNames;
  readonly #sources: Sources;
  readonly #landings: LandingQueue;
  #shownSources = "{}";
  #shownLandings = "[]";
  #tip = "";
  #looked: LookedAt | undefined;
  #away = 0;

  constructor(context: Context, held: Held, troubles: Troubles, landings = new LandingQueue(context)) {
    this.#context = context;
    this.#landings = landings;
    this.#held = held;
    this.#troubles = troubles;
    this.#accounts = new AccountMonitor(context, troubles);
    this.#queue = new QueueSeen(context.store.gitDir);
    this.#names = new RealNames(context.clock.monotonic);
    const { home, env, clock, short } = context;
    this.#sources = new Sources({ home, env, now: clock.monotonic, ...(short === undefined ? {} : { short }) });
  }

  /** We may have moved the branch ourselves, and somebody may move it back to what was looked at last. */
  forgetTip(): void {
    this.#tip = "";
  }

  /** Writes nothing: what is to be written is among the findings. `asked`: the mode, where that is not what the home says. */
  look(asked: Mode | undefined, table: ProcessTable): Sight {
    const { clock, home } = this.#context;
    const findings = new Findings(this.#troubles);
    const config = this.#context.config();
    this.#wake(clock.monotonic());
    const blind = blindness();
    findings.trouble("processes", blind);
    const said = readSaid(home);
    const { unreadable } = said;
    findings.trouble("state", unreadable.length === 0 ? undefined : unreadable.join("; "));
    const mode = modeNow(asked ?? { kind: said.mode }, { unreadable, blind });
    const snapshot = this.#snapshot(findings);
    if (snapshot !== undefined) this.#held.adopt(snapshot, findings);
    const around = { table, findings, models: modelFacts(home), uptime: uptimeMs() };
    const attempts = this.#held.all
      .map((handle) => (blind === undefined ? this.#view(handle, snapshot, around) : unseen(handle)))
      .filter((view) => !isReleased(view));
    const wall = clock.wall();
    const breakers = breakersIn(said.breakers, wall, this.#context.tuning);
    const limits = limitsIn(config, this.#context.tuning);
    this.#sources.refresh();
    const beside = { names: this.#names, sources: this.#sources, tripped: breakers.tripped, attempts };
    const { tasks, isNamed } =
      snapshot === undefined || mode.kind !== "running"
        ? { tasks: [], isNamed: false }
        : this.#queue.look(snapshot, config, wall, beside);
    this.#showSources(findings);
    const landings = snapshot === undefined ? [] : this.#landings.look(tasks);
    this.#showLandings(landings, findings);
    const silent = isNamed ? this.#names.silent : [];
    findings.trouble(
      "directories",
      silent.length === 0 ? undefined : `tasks in ${silent.join(", ")} wait: the directory does not respond`,
    );
    return {
      now: clock.monotonic(),
      wall,
      mode,
      unknown: snapshot === undefined,
      limits,
      ...breakers,
      ignoresCase: ignoresCase(home),
      tasks,
      landings,
      ...this.#accounts.look(this.#held.all),
      attempts: isNamed ? attempts.map((one) => withTree(one, this.#names)) : attempts,
      findings: findings.all,
    };
  }

  /** After everything that followed from a look; the pause before the next one begins. */
  done(): void {
    if (this.#looked !== undefined) this.#looked = { ...this.#looked, done: this.#context.clock.monotonic() };
  }

  /** Milliseconds that all stood still before the last look. */
  get away(): number {
    return this.#away;
  }

  #showSources(findings: Findings): void {
    const { refused } = this.#sources;
    if (JSON.stringify(refused) !== this.#shownSources) findings.add({ kind: "show-sources", refused });
  }

  /** It is written down now; until then each look says it again. */
  shown(refused: Refused): void {
    this.#shownSources = JSON.stringify(refused);
  }

  /** An answer that a task waits for is about to come. */
  get isDue(): boolean {
    return this.#sources.isDue;
  }

  /** The machine had no room for what was to be asked, and will be asked again. */
  get isShort(): boolean {
    return this.#sources.isShort;
  }

  #showLandings(landings: readonly LandingView[], findings: Findings): void {
    const shown = JSON.stringify(landings);
    if (shown !== this.#shownLandings) findings.add({ kind: "show-landings", landings });
    this.#shownLandings = shown;
  }

  #wake(now: number): void {
    const span = awayBetween(this.#looked, now, this.#context.config().poll_interval);
    this.#looked = { at: now, done: now };
    this.#away = span === undefined ? 0 : span.to - span.from;
    if (span !== undefined) this.#held.passOver(span);
  }

  /** An attempt that can't be observed (its directory can't be read) delays no other, and keeps its slot. */
  #view(handle: Handle, snapshot: Snapshot | undefined, around: Around): AttemptView {
    const { findings } = around;
    const about = `attempt ${handle.ref.n} ${handle.task}`;
    try {
      const record = recordOf(handle);
      if (record !== undefined && !existsSync(handle.dir))
        findings.add({ kind: "make-directory", task: handle.task, dir: handle.dir, record });
      const still = stillSeen(this.#context, handle, snapshot);
      if (still !== undefined) return still;
      const looked = lookUp(snapshot, handle.task);
      const [at, mark] = [this.#context.clock.monotonic(), handle.open.mark.read()];
      const seen = observe(this.#context, handle, looked, around);
      const now = this.#held.advance(handle, seen);
      findings.trouble(about, undefined);
      findings.trouble(`place ${about}`, seen.kind === "elsewhere" ? leftAlone(handle, seen.where) : undefined);
      const viewed = view(now, seen, looked, this.#context.clock.monotonic());
      remember(this.#context, now, seen, viewed, { at, mark, looked, snapshot });
      return viewed;
    } catch (error) {
      if (error instanceof Blind) return unseen(handle);
      if (this.#context.short?.(error, about) !== true)
        findings.trouble(about, `attempt ${handle.ref.n} of ${handle.task} can't be looked at: ${describe(error)}`);
      const strange = strangeRecord(this.#context.home, handle.task, error);
      if (strange !== undefined) findings.add({ kind: "put-aside", task: handle.task, path: strange });
      return unseen(handle);
    }
  }

  #snapshot(findings: Findings): Snapshot | undefined {
    try {
      const snapshot = this.#context.store.snapshot();
      findings.trouble("read", undefined);
      if (snapshot.tip !== this.#tip) {
        const back = movedBack(this.#context.store.home);
        findings.trouble(
          "branch",
          back === undefined ? undefined : `the branch was moved back; to undo that: ${back.mend}`,
        );
        this.#tip = snapshot.tip;
      }
      return snapshot;
    } catch (error) {
      if (this.#context.short?.(error, "read the store") !== true)
        findings.trouble("read", `the store can't be read, so nothing is claimed or settled: ${describe(error)}`);
      return undefined;
    }
  }
}

/** A person took the task from an attempt that can't be reached: it holds up nothing here any more. */
const isReleased = ({ claim, phase }: AttemptView): boolean =>
  phase.kind === "elsewhere" && phase.stopped && claim === "gone";

const leftAlone = ({ task, ref }: Handle, where: string): string =>
  `attempt ${ref.n} of ${task} was started on ${where}, and is left alone; only if that place is gone for good: fleet retry ${task} --force`;
