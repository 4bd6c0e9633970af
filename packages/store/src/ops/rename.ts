/**
 * rename and rename-prefix: the issue continues under its new id, with its edges, comments and record; what points at it or
 * mentions it follows. The old id stays taken, as a tombstone that says what it became.
 */
import { heldBy } from "../claims.ts";
import { type Act, type ChangeEvent, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { ID_SHAPE } from "../ids.ts";
import { enforce, mayQueue, whoOf } from "../inside.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { touched } from "./touched.ts";

const MENTIONED = ["title", "description", "design", "acceptance_criteria", "notes"] as const;

export interface Renamed {
  readonly ids: ReadonlyMap<string, string>;
  /** Other issues whose texts or edges named one of them. */
  readonly references: number;
}

/** Anything that may be an id in a text. */
const WORD = /(?<![A-Za-z0-9._-])[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*/g;

/** `see tt-a.` names tt-a; `tt-a.1` and `tt-a-b` do not. */
const inText = (text: string, ids: ReadonlyMap<string, string>): string =>
  text.replaceAll(WORD, (word) => ids.get(word) ?? word);

function rewritten(issue: Issue, ids: ReadonlyMap<string, string>): Issue {
  const next: Issue = { ...issue };
  for (const name of MENTIONED) {
    const text = issue[name];
    if (text !== undefined) next[name] = inText(text, ids);
  }
  const own = ids.get(issue.id) ?? issue.id;
  if (issue.dependencies !== undefined) {
    next.dependencies = issue.dependencies.map((edge) => ({
      ...edge,
      issue_id: ids.get(edge.issue_id) ?? edge.issue_id,
      depends_on_id: ids.get(edge.depends_on_id) ?? edge.depends_on_id,
    }));
  }
  if (own !== issue.id && issue.comments !== undefined) {
    next.comments = issue.comments.map((comment) =>
      comment.issue_id === undefined ? comment : { ...comment, issue_id: own },
    );
  }
  return { ...next, id: own };
}

/** The line that stays under the old id, without text: the text continues under the new id. */
function left(issue: Issue, to: string, act: Act): Issue {
  const { id, title, priority, issue_type, created_at } = issue;
  const now = notBefore(stamp(act.now), created_at);
  return {
    id,
    title,
    status: "tombstone",
    priority,
    issue_type,
    created_at,
    updated_at: now,
    deleted_at: now,
    deleted_by: act.actor,
    delete_reason: `renamed to ${to}`,
    original_type: issue_type,
  };
}

export interface Renaming {
  readonly ids: ReadonlyMap<string, string>;
  /** The prefix of ids from now on. */
  readonly prefix?: string;
  readonly event: ChangeEvent;
  readonly subject: string;
  readonly task?: string;
}

export function rename(snapshot: Snapshot, act: Act, input: Renaming): Decision<Renamed> {
  const { ids } = input;
  if (input.prefix !== undefined)
    enforce(mayQueue(whoOf(act), { kind: "sweep", what: "give every issue another prefix" }));
  const changed: Issue[] = [];
  const news = new Set<string>();
  for (const [from, to] of ids) {
    if (!ID_SHAPE.test(to))
      throw new StoreError(
        "invalid",
        `invalid new ID format ${JSON.stringify(to)}: must be prefix-suffix (e.g., bd-dolt)`,
      );
    const issue = snapshot.issue(from);
    if (issue === undefined) throw new StoreError("not-found", `issue ${from} not found`);
    const held = heldBy(issue);
    if (held !== undefined) {
      throw new StoreError("guarded", `cannot rename ${from}: attempt ${held.n} holds it`, {
        mend: `fleet kill ${from}`,
      });
    }
    const isCase = to.toLowerCase() === from.toLowerCase();
    if (isCase || news.has(to.toLowerCase()) || snapshot.taken(to))
      throw new StoreError("invalid", isCase ? "old and new IDs are the same" : `issue ${to} already exists`);
    news.add(to.toLowerCase());
    changed.push(touched(rewritten(issue, ids), act, {}), left(issue, to, act));
  }
  let references = 0;
  for (const issue of snapshot.all()) {
    if (ids.has(issue.id)) continue;
    const next = rewritten(issue, ids);
    if (JSON.stringify(next) === JSON.stringify({ ...issue, id: issue.id })) continue;
    references++;
    changed.push(touched(next, act, {}));
  }
  const result: Renamed = { ids, references };
  const { prefix } = input;
  const isSamePrefix = prefix === undefined || prefix === snapshot.meta.prefix;
  if (changed.length === 0 && isSamePrefix) return none(result);
  return {
    kind: "commit",
    event: input.event,
    subject: input.subject,
    ...(input.task === undefined ? {} : { task: input.task }),
    issues: changed,
    ...(isSamePrefix ? {} : { meta: { ...snapshot.meta, prefix } }),
    result,
  };
}
