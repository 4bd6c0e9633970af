/**
 * Which lines of two homes are the same issue, and which id each issue has when two want one. An issue is known by the id
 * it was born with, the second when, and by whom; the id may have become another in an earlier merge (`was`). Never by the
 * fraction of the second: bd's export drops it, ours too, and an issue that came by a file is still that issue.
 */
import { rootId, byCodeUnit, shardOf } from "../shard.ts";
import type { Comment, Dependency, Issue } from "../issue.ts";
import { millis, wholeSeconds } from "../time.ts";
import { digits } from "./canonical.ts";
import { mergeRecord, withMergeRecord } from "./record.ts";
import { edgeName } from "./registers.ts";

/** A line as it stands, and what it means. */
export interface Line {
  readonly issue: Issue;
  readonly raw: string;
}

/** By id. */
export type Lines = ReadonlyMap<string, Line>;

const bornAs = (issue: Issue): string => mergeRecord(issue).was ?? issue.id;

const born = (issue: Issue): string =>
  JSON.stringify([bornAs(issue).toLowerCase(), wholeSeconds(issue.created_at), issue.created_by ?? ""]);

/** Ids are too long to be given twice by chance to the same words: such lines came from one file, which said no times. */
const words = (issue: Issue): string =>
  JSON.stringify([bornAs(issue).toLowerCase(), issue.title, issue.description ?? "", issue.created_by ?? ""]);

/**
 * The lines of `side` that the other side has too, under another time of creation: by their keys there. Asked where neither is
 * known from before.
 */
export function sameWords(
  before: ReadonlyMap<string, Line>,
  side: ReadonlyMap<string, Line>,
  other: ReadonlyMap<string, Line>,
): Map<string, string> {
  const left = [...other].filter(([key]) => !side.has(key) && !before.has(key));
  if (left.length === 0) return new Map();
  const byWords = new Map(left.map(([key, { issue }]) => [words(issue), key]));
  return new Map(
    [...side].flatMap(([key, { issue }]) => {
      const same = other.has(key) || before.has(key) ? undefined : byWords.get(words(issue));
      return same === undefined ? [] : [[key, same] as const];
    }),
  );
}

/** Lines by who they are. `base` tells an issue whose times were edited by hand from another one of its id. */
export function byIdentity(lines: Lines, base: Lines | undefined): Map<string, Line> {
  const all = new Set([...lines.values()].map(({ issue }) => born(issue)));
  const found = new Map<string, Line>();
  for (const line of lines.values()) {
    const key = born(line.issue);
    const before = base?.get(line.issue.id);
    const old = before === undefined ? key : born(before.issue);
    const who = old === key || all.has(old) ? key : old;
    // Two lines that say they are one (a copy by hand): two issues.
    found.set(found.has(who) ? `${who} ${line.issue.id}` : who, line);
  }
  return found;
}

export interface Who {
  readonly key: string;
  readonly base: Issue | undefined;
  readonly ours: Issue | undefined;
  readonly theirs: Issue | undefined;
}

/** The id that the issue has already, or wants. */
function wanted({ base, ours, theirs }: Who): { readonly id: string; readonly born: string } {
  const sides = [ours, theirs, base].flatMap((issue) => issue ?? []);
  const first = sides.map(bornAs).find((id) => id !== undefined) ?? "";
  const given = sides.map(({ id }) => id).filter((id) => id !== first);
  // Renamed since: that counts more than the name it had before.
  const moved = given.filter((id) => id !== base?.id);
  return { id: (moved.length > 0 ? moved : given).sort(byCodeUnit)[0] ?? first, born: first };
}

/** A new id in the same shard, so that a merge of one file alone can give it; the same one everywhere. */
function derivedId(id: string, key: string, isTaken: (id: string) => boolean): string {
  const shard = shardOf(id);
  for (let nonce = 0; ; nonce++) {
    // As long as chance allows: past this many tries four digits must be used up.
    const length = 4 + Math.floor(nonce / 20_000);
    const candidate = `${id}-${digits(length, key, String(nonce))}`;
    // All-digit endings after a dot would read as a child's number; a dash is in front, so none does.
    if (shardOf(candidate) === shard && rootId(candidate) === candidate && !isTaken(candidate)) return candidate;
  }
}

const oldest = (who: Who): number => millis((who.base ?? who.ours ?? who.theirs)?.created_at);

/** The id of every issue, by its key. Of several that want one, who had it before, then the oldest, keeps it. */
export function assignIds(everybody: readonly Who[]): Map<string, string> {
  const rivals = new Map<string, Who[]>();
  for (const who of everybody) {
    const id = wanted(who).id.toLowerCase();
    rivals.set(id, [...(rivals.get(id) ?? []), who]);
  }
  const ids = new Map<string, string>();
  const taken = new Set(rivals.keys());
  for (const group of rivals.values()) {
    const [keeper, ...others] = group.sort(
      (a, b) =>
        Number(b.base !== undefined) - Number(a.base !== undefined) ||
        oldest(a) - oldest(b) ||
        byCodeUnit(a.key, b.key),
    );
    if (keeper !== undefined) ids.set(keeper.key, wanted(keeper).id);
    for (const other of others) {
      const id = derivedId(wanted(other).born, other.key, (one) => taken.has(one.toLowerCase()));
      taken.add(id.toLowerCase());
      ids.set(other.key, id);
    }
  }
  return ids;
}

/** The issue with its own id and all ids it names as they are after the merge. */
export function follow(issue: Issue, renames: ReadonlyMap<string, string>): Issue {
  if (renames.size === 0) return issue;
  const id = renames.get(issue.id) ?? issue.id;
  const edge = (one: Dependency): Dependency => ({
    ...one,
    issue_id: renames.get(one.issue_id) ?? one.issue_id,
    depends_on_id: renames.get(one.depends_on_id) ?? one.depends_on_id,
  });
  const isMeant = (one: Dependency): boolean => renames.has(one.depends_on_id);
  const record = mergeRecord(issue);
  const edges = [...(issue.dependencies ?? []), ...record.setAside];
  if (id === issue.id && !edges.some(isMeant)) return issue;
  const at = Object.entries(record.at).map(([name, when]): [string, string] => {
    const target = [...renames].find(([old]) => name === edgeName(old))?.[1];
    return [target === undefined ? name : edgeName(target), when];
  });
  const comment = (one: Comment): Comment => (one.issue_id === issue.id ? { ...one, issue_id: id } : one);
  const next: Issue = { ...issue, id };
  if (issue.dependencies !== undefined) next.dependencies = issue.dependencies.map(edge);
  if (issue.comments !== undefined) next.comments = issue.comments.map(comment);
  return withMergeRecord(next, {
    at: Object.fromEntries(at),
    setAside: record.setAside.map(edge),
    ...(id === issue.id ? {} : { was: bornAs(issue) }),
  });
}
