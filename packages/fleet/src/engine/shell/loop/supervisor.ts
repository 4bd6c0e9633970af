/**
 * One turn of the supervisor: look, plan, do. A tick that fails (a full disk, git gone) is said and the next one looks
 * again: whatever was not done is still a difference.
 */
import { abandon } from "./abandon.ts";
import type { Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { Held, type Only } from "./held.ts";
import { LandingQueue } from "../land/landing-queue.ts";
import { Look } from "../observe/look.ts";
import { Blind, ProcessTable } from "../observe/process-table.ts";
import { KeepPaths } from "../act/keep-paths.ts";
import { perform } from "../act/perform.ts";
import { withAccounts } from "../../core/accounts/keep.ts";
import { plan } from "../../core/plan.ts";
import { isStep } from "../../core/recordings.ts";
import { putAside, strangeRecord } from "../act/put-aside.ts";
import { Machine } from "../state/machine.ts";
import { describe, Troubles } from "../state/troubles.ts";
import { UsageReader } from "../observe/process-usage.ts";
import type { Mode, World } from "../../core/world.ts";
import type { Action } from "../../core/action.ts";

export interface Tick {
  readonly actions: readonly Action[];
  /** Something was done, so the next difference is probably waiting already. */
  readonly progress: boolean;
  /** Milliseconds that all stood still before it. */
  readonly away: number;
  /** The home could not be looked at, so nothing was planned. */
  readonly blind: boolean;
}

export class Supervisor {
  readonly #context: Context;
  readonly #held: Held;
  readonly #look: Look;
  readonly #landings: LandingQueue;
  readonly #troubles: Troubles;
  readonly #machine: Machine;
  readonly #usage = new UsageReader();
  readonly #paths: KeepPaths;

  constructor(context: Context, only?: Only) {
    this.#machine = new Machine(context);
    this.#context = { ...context, short: (error, about) => this.#machine.met(error, about) };
    this.#paths = new KeepPaths(context);
    this.#held = new Held(this.#context, only);
    this.#troubles = new Troubles(context.journal);
    this.#landings = new LandingQueue(this.#context);
    this.#look = new Look(this.#context, this.#held, this.#troubles, this.#landings);
    if (only === undefined) this.#machine.begin();
  }

  /** The shared context of its parts. */
  get context(): Context {
    return this.#context;
  }

  get running(): readonly Handle[] {
    return this.#held.all;
  }

  /**
   * One tick: observe, plan, act. If observing fails, log it and do nothing. `asked`: the mode, where that is not what the home
   * says.
   */
  async tick(asked: Mode | undefined): Promise<Tick> {
    const table = new ProcessTable(this.#usage);
    let world: World;
    try {
      world = withAccounts(this.#look.look(asked, table));
      this.#troubles.say("look", undefined);
    } catch (error) {
      if (!this.#machine.met(error, "look at the home"))
        this.#troubles.say("look", `the home can't be looked at: ${describe(error)}`);
      return { actions: [], progress: false, blind: true, away: 0 };
    }
    const actions = this.#plan(world);
    let progress = false;
    for (const action of actions) {
      if (isStart(action) && this.#machine.isMet) continue;
      if (await this.#tryTo(action, table)) progress = true;
    }
    try {
      this.#paths.keep(this.#held.all);
    } catch (error) {
      if (!this.#machine.met(error, "keep the short paths of attempts")) throw error;
    }
    if (progress) this.#look.forgetTip();
    this.#look.done();
    const isOpen = this.#held.all.some(({ open }) => open.before !== undefined || open.looking);
    this.#machine.done(isOpen || this.#look.isShort);
    return { actions, progress: progress || this.#look.isDue, blind: false, away: this.#look.away };
  }

  /** Whether the machine has room is asked only where something would start: in a full fleet that is never. */
  #plan(world: World): readonly Action[] {
    const wanted = plan(world);
    const hold = this.#machine.look(wanted.some(isStart));
    return hold === undefined ? wanted : plan({ ...world, hold });
  }

  /** Ends the work beside the loop. */
  async leave(): Promise<void> {
    await this.#landings.leave();
  }

  /** The home is gone, or another stands in its place. */
  abandon(): Promise<void> {
    return abandon(this.#context, this.running);
  }

  async #tryTo(action: Action, table: ProcessTable): Promise<boolean> {
    const task = taskOf(action);
    const about = `${action.kind} ${task}`.trim();
    try {
      const progress = await perform(
        { context: this.#context, held: this.#held, troubles: this.#troubles, table, landings: this.#landings },
        action,
      );
      if (action.kind === "show-sources") this.#look.shown(action.refused);
      this.#troubles.say(about, undefined);
      return progress;
    } catch (error) {
      if (error instanceof Blind) return false;
      if (this.#machine.met(error, about)) return false;
      this.#troubles.say(about, `${inWords(action) ?? about}: ${describe(error)}`);
      const path = strangeRecord(this.#context.home, task, error);
      if (path !== undefined) putAside(this.#context, this.#troubles, task, path);
      return false;
    }
  }
}

const isStart = ({ kind }: Action): boolean => kind === "start" || kind === "claim";

/** The task that a problem is about; empty for none. */
function taskOf(action: Action): string {
  if ("attempt" in action) return action.attempt.task;
  return "task" in action ? (action.task ?? "") : "";
}

/** Words for a failed action, where its name would tell a person nothing. */
function inWords(action: Action): string | undefined {
  if (isStep(action)) return undefined;
  switch (action.kind) {
    case "keep-events":
      return `what attempt ${action.attempt.ref.n} of ${action.attempt.task} printed can't be recorded`;
    case "show-life":
      return `the liveness of ${action.attempt.task} can't be written`;
    case "keep-away":
      return `when ${action.attempt.task} could do nothing can't be written down`;
    case "keep-work":
      return `can't record when ${action.attempt.task} worked with an open question`;
    case "tell-accounts":
      return "can't record the notices about accounts";
    case "keep-spent":
    case "keep-use":
      return "can't record what was spent";
    case "park":
      return `can't record the hold on account ${action.account}`;
    case "tidy":
      return "can't remove what ended attempts left behind";
    case "show-sources":
      return "can't record the directories in which no task can start";
    case "bound-trace":
      return "git's trace of an attempt has grown too long, and can't be cut";
    case "show-landings":
      return "can't record the state of landings";
    case "seal":
      return `can't record that no processes of ${action.task} are left`;
    case "note":
    case "trouble":
    case "put-aside":
    case "make-directory":
      return undefined;
  }
}
