/**
 * The attempts that this supervisor looks after. Those that an earlier one started are adopted: the store names them, or
 * their directory shows that they were never judged. The one place in which an attempt's state is replaced.
 */
import { ifReadable } from "@fleet/kit/errors";
import { heldBy } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { AttemptRef } from "@fleet/store/decision";
import { heldHere } from "@fleet/store/held-here";
import { isHeld } from "@fleet/store/hold";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { attemptsOf, dirOf, tasksDir } from "../../../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import type { Span } from "../../../attempts/records/waits.ts";
import { readAttempt, readOutcome } from "../../../attempts/records/record.ts";
import type { Config } from "../../../settings/schema.ts";
import type { Context } from "./context.ts";
import { type Handle, newHandle } from "./handle.ts";
import { advance, after, type Done, type Times } from "../../core/advance.ts";
import type { Seen } from "../../core/attempt-seen.ts";
import { NEVER_AWAY, passOver } from "../../core/away.ts";
import { isOurs } from "../../core/ownership.ts";
import type { Findings } from "../observe/findings.ts";
import { pidOf } from "../observe/process-table.ts";
import { isAgent } from "../../core/is-agent.ts";
import { coderOf, cwdOf, lookedIn, sharingOf } from "../../core/tasks.ts";
import { readAway } from "../state/away-file.ts";
import { aboutAttempt } from "../state/journal.ts";

/** One attempt of one task. */
export interface Only {
  readonly task: string;
  readonly uuid: string;
}

export class Held {
  readonly #context: Context;
  readonly #handles = new Map<string, Handle>();
  /** Only this attempt is looked after: what a command does when no supervisor runs. */
  readonly #only: Only | undefined;
  #scanned = false;
  /** Every claim that it names is held. */
  #adopted: Snapshot | undefined;

  constructor(context: Context, only: Only | undefined) {
    this.#context = context;
    this.#only = only;
  }

  get all(): readonly Handle[] {
    return [...this.#handles.values()];
  }

  of(ref: AttemptRef): Handle {
    const handle = this.#handles.get(ref.uuid);
    if (handle === undefined) throw new Error(`attempt ${ref.uuid} is not held`);
    return handle;
  }

  /** Applies what a tick observed; returns the new state. */
  advance({ ref }: Handle, seen: Seen): Handle {
    return this.#put(advance(this.of(ref), seen, this.#times()));
  }

  /** Applies a finished action. Work beside the loop may finish when the attempt is no longer here. */
  after(ref: AttemptRef, done: Done): void {
    const handle = this.#handles.get(ref.uuid);
    if (handle !== undefined) this.#put(after(handle, done, this.#times().now));
  }

  /** All of them could do nothing in that time. */
  passOver(span: Span): void {
    for (const handle of this.all) this.#put(passOver(handle, span));
  }

  #put(handle: Handle): Handle {
    this.#handles.set(handle.ref.uuid, handle);
    return handle;
  }

  #times(): Times {
    const { clock } = this.#context;
    return { now: clock.monotonic(), wall: clock.wall() };
  }

  drop({ ref }: Handle): void {
    this.#handles.delete(ref.uuid);
    this.#adopted = undefined;
  }

  hold(claimed: Claimed): Handle {
    const { task, ref } = claimed;
    const known = this.#handles.get(ref.uuid);
    if (known !== undefined) return known;
    const dir = dirOf(this.#context.home, task, ref);
    const wasAway = claimed.fresh ? NEVER_AWAY : readAway(this.#context.home, ref.uuid);
    return this.#put(newHandle({ ...claimed, dir, wasAway }));
  }

  /** Attempts that the store names and we do not hold yet, and (once) those on disk that were never judged. */
  adopt(snapshot: Snapshot, findings: Findings): void {
    const config = this.#context.config();
    // Synced with another home: what runs there is that one's to watch. Looked up once somebody is met whom we don't hold.
    let isMine: ((issue: Issue, ref: AttemptRef) => boolean) | undefined;
    const consider = (issue: Issue): void => {
      const held = heldBy(issue);
      if (held === undefined || this.#handles.has(held.uuid) || !this.#mayHold(held)) return;
      isMine ??= this.#ownership();
      if (isMine(issue, held)) this.#adopt(claimedOf(issue, held, config), findings);
    };
    if (this.#only !== undefined) {
      const issue = snapshot.issue(this.#only.task);
      if (issue !== undefined) consider(issue);
      return;
    }
    if (snapshot !== this.#adopted) {
      for (const issue of snapshot.live.values()) consider(issue);
      // A task that is not ours now may become so once a person trusts it.
      this.#adopted = isMine === undefined ? snapshot : undefined;
    }
    if (this.#scanned) return;
    for (const task of list(tasksDir(this.#context.home))) {
      for (const { n, dir } of attemptsOf(this.#context.home, task)) {
        // An unreadable directory is not adopted: the store names the claimed attempts.
        const record = ifReadable(() => (readOutcome(dir) === undefined ? readAttempt(dir) : undefined));
        if (record === undefined) continue;
        const { uuid, coder: coderName, account, cwd } = record;
        this.#adopt(
          {
            task,
            ref: { n, uuid },
            coderName,
            account,
            cwd,
            path: "",
            isAgent: isAgent(coderName, config),
            fresh: false,
          },
          findings,
        );
      }
    }
    this.#scanned = true;
    findings.add({ kind: "tidy", held: [...this.#handles.keys()] });
  }

  #mayHold = ({ uuid }: AttemptRef): boolean => this.#only === undefined || this.#only.uuid === uuid;

  /** Whether this home made an attempt. */
  #ownership(): (issue: Issue, ref: AttemptRef) => boolean {
    const { home, store } = this.#context;
    const here = homeId(store.gitDir);
    const untrusted = heldHere(store.gitDir);
    return (issue, ref) =>
      isOurs({
        by: fleetRecord(issue).home,
        here,
        isUntrusted: untrusted.has(issue.id) || isHeld(issue),
        hasRecord: () => ifReadable(() => readAttempt(dirOf(home, issue.id, ref)))?.uuid === ref.uuid,
      });
  }

  #adopt(known: Claimed, findings: Findings): void {
    if (this.#handles.has(known.ref.uuid)) return;
    const handle = this.hold(known);
    // Unreadable files are this attempt's problem: it is logged when the attempt is observed.
    if (ifReadable(() => pidOf(handle))?.kind === "wrapper")
      findings.note("adopt", `attempt ${known.ref.n} of ${known.coderName}`, aboutAttempt(known));
  }
}

type Claimed = Omit<Parameters<typeof newHandle>[0], "dir">;

function claimedOf(issue: Issue, ref: AttemptRef, config: Config): Claimed {
  const coderName = coderOf(issue, config);
  const account = fleetRecord(issue).account ?? coderName;
  return {
    task: issue.id,
    ref,
    coderName,
    account,
    cwd: cwdOf(issue),
    path: lookedIn(issue, config),
    ...sharingOf(issue, config),
    fresh: false,
  };
}
