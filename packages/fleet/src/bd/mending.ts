/**
 * What `bd doctor --fix` repairs, decided on one snapshot. Pure. Nothing that was written is lost: an unreadable line is kept as a
 * comment on its issue, and an edge of a cycle becomes a loose link.
 */
import { heldBy, isLeftBehind, landingOf, releasedFields, reviewOf } from "@fleet/store/claims";
import { type Act, type Decision, none } from "@fleet/store/decision";
import { decodeIssue, type Dependency, type Issue } from "@fleet/store/issue";
import { touched } from "@fleet/store/ops/touched";
import { toStatus } from "@fleet/store/ops/status-change";
import { shardOf } from "@fleet/store/shard";
import type { Snapshot } from "@fleet/store/snapshot";
import { isExternal } from "@fleet/store/status";
import { stamp } from "@fleet/store/time";
import { type Loop, loopText, weakest } from "@fleet/store/waits";

import { isForeign, loopsAmong } from "./checkup.ts";
import { merged } from "./import-merge.ts";

/** One repairable problem, with a sentence on the repair, done or proposed. */
export interface Mended {
  readonly what: string;
  readonly id: string;
}

/** The last readable version of an issue whose line can't be read. */
export type LastGood = (id: string) => Issue | undefined;

class Mending {
  readonly changed = new Map<string, Issue>();
  readonly dropped = new Map<string, Set<string>>();
  readonly done: Mended[] = [];
  readonly #snapshot: Snapshot;
  readonly #act: Act;

  constructor(snapshot: Snapshot, act: Act) {
    this.#snapshot = snapshot;
    this.#act = act;
  }

  line(id: string): Issue | undefined {
    return this.changed.get(id) ?? this.#snapshot.line(id);
  }

  issues(): Issue[] {
    const all = new Map(this.#snapshot.all().map((issue) => [issue.id, issue]));
    for (const [id, issue] of this.changed) all.set(id, issue);
    return [...all.values()].filter(({ status }) => status !== "tombstone");
  }

  put(issue: Issue, what: string): void {
    this.changed.set(issue.id, issue);
    this.done.push({ id: issue.id, what });
  }

  touch(issue: Issue, fields: Parameters<typeof touched>[2], what: string): void {
    this.put(touched(issue, this.#act, fields), what);
  }

  drop(shard: string, raw: string): void {
    this.dropped.set(shard, (this.dropped.get(shard) ?? new Set()).add(raw));
  }

  /** Lines in the wrong shard, duplicate ids, undecodable lines, leftovers of a merge by hand. */
  lines(lastGood: LastGood): void {
    const shards = new Set(this.#snapshot.problems.flatMap(({ file, line }) => (line === 0 ? [] : [file.slice(7, 9)])));
    for (const name of shards) {
      for (const { issue, raw } of this.#snapshot.shard(name).entries) {
        if (issue === undefined && typeof raw === "string") this.#line(name, raw, lastGood);
      }
    }
  }

  #line(shard: string, raw: string, lastGood: LastGood): void {
    const decoded = decodeIssue(raw);
    if (/^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/.test(raw)) {
      this.drop(shard, raw);
      this.done.push({ id: "", what: `issues/${shard}.jsonl: a conflict's mark is taken out: ${raw.slice(0, 40)}` });
    } else if ("issue" in decoded) {
      const { issue } = decoded;
      const there = this.line(issue.id);
      // Ids that differ only in case are left to a person, because either may be named somewhere.
      if (there === undefined && this.#isTwin(issue.id)) return;
      this.drop(shard, raw);
      if (there === undefined) this.put(issue, `${issue.id} goes to the shard it belongs in`);
      else
        this.put(
          merged(there, { issue, where: "", kind: "stamped" }, { isTrusted: true }),
          `two lines of ${issue.id} become one`,
        );
    } else {
      const id = /"id"\s*:\s*"([A-Za-z0-9._-]+)"/.exec(raw)?.[1];
      const good = id === undefined ? undefined : (this.line(id) ?? lastGood(id));
      if (id === undefined || good === undefined) return;
      const text = `This issue's line could not be read (${decoded.bad.reason}); its last readable version was put back. The line was:\n${raw}`;
      const comment = {
        id: this.#act.uuid(),
        issue_id: id,
        author: this.#act.actor,
        text,
        created_at: stamp(this.#act.now),
      };
      this.drop(shard, raw);
      this.touch(good, { comments: [...(good.comments ?? []), comment] }, `${id} gets its last readable version back`);
    }
  }

  #isTwin(id: string): boolean {
    const known = [...this.#snapshot.shard(shardOf(id)).byId.keys(), ...this.changed.keys()];
    return known.some((other) => other.toLowerCase() === id.toLowerCase());
  }

  /** Edges to deleted or never existing issues; those to unreadable issues, or to ones that may still arrive, are left. */
  edges(): void {
    for (const issue of this.issues()) {
      const isLost = ({ depends_on_id: to }: Dependency): boolean => {
        if (isExternal(to)) return false;
        const target = this.line(to);
        if (target !== undefined) return target.status === "tombstone";
        return !isForeign(this.#snapshot, to) && this.#snapshot.trouble(to) === undefined;
      };
      const lost = (issue.dependencies ?? []).filter(isLost);
      if (lost.length === 0) continue;
      const dependencies = issue.dependencies?.filter((edge) => !lost.includes(edge));
      const names = lost.map((edge) => edge.depends_on_id).join(", ");
      this.touch(issue, { dependencies }, `${issue.id} no longer depends on ${names}, which does not exist`);
    }
  }

  /** The newest edge of each cycle becomes a loose link. */
  cycles(): void {
    // Each round breaks at least one cycle.
    for (let round = 0; round < 1000; round++) {
      const [loop] = loopsAmong(this.issues());
      if (loop === undefined || !this.#open(loop)) break;
    }
  }

  #open(loop: Loop): boolean {
    const edge = weakest(loop, (id) => this.line(id));
    const from = edge === undefined ? undefined : this.line(edge.from);
    if (edge === undefined || from === undefined) return false;
    const { to, type } = edge;
    const dependencies = from.dependencies?.map((known): Dependency =>
      known.depends_on_id === to && known.type === type ? { ...known, type: "related" } : known,
    );
    this.touch(from, { dependencies }, `${loopText(loop)}: ${from.id} → ${to} becomes "related"`);
    return true;
  }

  /** In progress without an assignee; open, but assigned to an ended attempt. */
  claims(): void {
    for (const issue of this.issues()) {
      if (issue.status === "open" && isLeftBehind(issue)) {
        this.touch(issue, releasedFields(issue), `${issue.id} was assigned to an attempt that has ended: unassigned`);
        continue;
      }
      if (issue.status !== "in_progress" || (issue.assignee ?? "") !== "" || heldBy(issue) !== undefined) continue;
      // It waits for a person's decision, or to land, so having no assignee is right.
      if (reviewOf(issue) !== undefined || landingOf(issue) !== undefined) continue;
      this.touch(
        issue,
        toStatus(issue, "open", this.#act),
        `${issue.id} was in progress without an assignee: open again`,
      );
    }
  }
}

/** All repairs as one change. */
export function mend(snapshot: Snapshot, act: Act, lastGood: LastGood): Decision<readonly Mended[]> {
  const mending = new Mending(snapshot, act);
  mending.lines(lastGood);
  mending.edges();
  mending.cycles();
  mending.claims();
  const { done, changed, dropped } = mending;
  if (done.length === 0) return none([]);
  return {
    kind: "commit",
    event: "doctor",
    subject: `${done.length} fixed`,
    body: done.map(({ what }) => `- ${what}`).join("\n"),
    issues: [...changed.values()],
    ...(dropped.size === 0 ? {} : { dropped }),
    result: done,
  };
}
