/** Comments only grow: the union by id, in the order of their times. */
import type { Comment } from "../issue.ts";
import { byCodeUnit } from "../shard.ts";
import { millis } from "../time.ts";
import { canonical, derivedUuid } from "./canonical.ts";
import { brCommentId, commentsAlike } from "./export-form.ts";
import { isDerived, isLostClaim } from "./lost.ts";

const byTime = (a: Comment, b: Comment): number =>
  millis(a.created_at) - millis(b.created_at) || byCodeUnit(String(a.id), String(b.id)) || byCodeUnit(a.text, b.text);

const byId = (comments: readonly Comment[] | undefined): Map<string, Comment> =>
  new Map((comments ?? []).map((comment) => [String(comment.id), comment]));

/** Two comments under one id: a merge's own says the later time, of claims the earlier; of others both stay, one under an id derived from its text. */
function both(a: Comment, b: Comment): Comment[] {
  const [less, more] =
    (millis(a.created_at) - millis(b.created_at) || byCodeUnit(canonical(a), canonical(b))) < 0 ? [a, b] : [b, a];
  if (isDerived(String(more.id))) return [isLostClaim(more) ? less : more];
  return [more, { ...less, id: derivedUuid("comment", String(less.id), canonical(less)) }];
}

/** Of two that an export shows alike, the one that says more. */
const fuller = (a: Comment, b: Comment): Comment =>
  (canonical(a).length - canonical(b).length || byCodeUnit(canonical(a), canonical(b))) < 0 ? b : a;

/** Without the comments that the other side has under the id behind their number: br's format numbers them. */
function unnumbered(side: Map<string, Comment>, other: ReadonlyMap<string, Comment>): Map<string, Comment> {
  if (![...side.values()].some(({ id }) => typeof id === "number")) return side;
  const known = new Map([...other.values()].map((one) => [brCommentId(one.id), one]));
  return new Map(
    [...side].filter(([, one]) => {
      const same = typeof one.id === "number" ? known.get(one.id) : undefined;
      return same === undefined || typeof same.id === "number" || !commentsAlike(one, same);
    }),
  );
}

export function mergeComments(
  base: readonly Comment[] | undefined,
  ours: readonly Comment[] | undefined,
  theirs: readonly Comment[] | undefined,
  added: readonly Comment[],
): Comment[] {
  const before = byId(base);
  const [mine, other] = [byId(ours), byId(theirs)];
  const [a, b] = [unnumbered(mine, other), unnumbered(other, mine)];
  const merged = new Map<string, Comment>();
  const put = (comment: Comment): void => {
    const id = String(comment.id);
    const there = merged.get(id);
    if (there === undefined || canonical(there) === canonical(comment)) merged.set(id, comment);
    else if (commentsAlike(there, comment)) merged.set(id, fuller(there, comment));
    else for (const one of both(there, comment)) merged.set(String(one.id), one);
  };
  for (const id of new Set([...before.keys(), ...a.keys(), ...b.keys()])) {
    const [was, x, y] = [before.get(id), a.get(id), b.get(id)];
    const isOld = (comment: Comment): boolean => was !== undefined && canonical(comment) === canonical(was);
    // A comment that vanished on a side was not deleted: there is no such operation.
    const left = [x, y].flatMap((comment) => (comment === undefined || isOld(comment) ? [] : [comment]));
    if (left.length === 0) left.push(...[was, x, y].flatMap((comment) => comment ?? []).slice(0, 1));
    for (const comment of left) put(comment);
  }
  for (const comment of added) put(comment);
  return [...merged.values()].sort(byTime);
}
