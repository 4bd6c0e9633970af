/** Case 7 of merge-lines.ts: both sides changed one issue, or made it alike. Field by field; commutative, and the same in any order. */
import type { Issue } from "../issue.ts";
import { byCodeUnit } from "../shard.ts";
import { PARENT } from "../status.ts";
import { millis, wholeSeconds } from "../time.ts";
import { canonical } from "./canonical.ts";
import { mergeComments } from "./comments.ts";
import { exportsAlike, fieldsForm } from "./export-form.ts";
import { type Lost, lostComment, lostId, lostValue } from "./lost.ts";
import { mergeRecord } from "./record.ts";
import { byEdgeAge, rebuilt, registerOf, type Registers, registersOf, sortedKeys } from "./registers.ts";
import { editedAt, isEdit } from "./stamps.ts";
import {
  CLAIM,
  compareGroups,
  groupValue,
  shownGroup,
  STATUS,
  type StatusGroup,
  statusGroup,
  toldAt,
} from "./status-group.ts";

export interface MergedIssue {
  readonly issue: Issue;
  readonly lost: readonly Lost[];
}

/** One side's value of a register. */
interface Held {
  readonly value: unknown;
  readonly at: string;
  readonly isChanged: boolean;
  /** Whether it was edited in a home, as far as that is known: what a file brought was not. */
  readonly isStamped: boolean;
}

type Winner = { readonly held: Held; readonly lost: Held | undefined };

function held(side: Issue, registers: Registers, base: Issue | undefined, before: Registers, name: string): Held {
  const value = registers.get(name);
  const differs = base === undefined || canonical(value) !== canonical(before.get(name));
  const at = editedAt(side, base, name, differs);
  const stamp = mergeRecord(side).at[name];
  // Of an issue that came by a file, what is not there was perhaps left out by the file.
  const isChanged =
    base === undefined ? value !== undefined || stamp !== undefined : differs || stamp !== mergeRecord(base).at[name];
  return { value, at, isChanged, isStamped: isEdit(stamp) };
}

/** The one changed side; of two the later edit, of two at the same instant the greater text. */
function winner(name: string, a: Held, b: Held, hasBase: boolean): Winner {
  if (!a.isChanged || !b.isChanged) return { held: a.isChanged ? a : b, lost: undefined };
  if (!hasBase && exportsAlike(name, a.value, b.value)) return { held: fuller(a, b), lost: undefined };
  const order = millis(a.at) - millis(b.at) || byCodeUnit(canonical(a.value), canonical(b.value));
  const [more, less] = order < 0 ? [b, a] : [a, b];
  if (!hasBase && isOutdated(less, more)) return { held: more, lost: undefined };
  return { held: more, lost: lostValue(name, a.value) === lostValue(name, b.value) ? undefined : less };
}

/** Of two that an export shows alike, the one that was edited here, and that says more. */
function fuller(a: Held, b: Held): Held {
  const [x, y] = [canonical([a.value, a.at]), canonical([b.value, b.at])];
  return (Number(a.isStamped) - Number(b.isStamped) || x.length - y.length || byCodeUnit(x, y)) < 0 ? b : a;
}

/** Without a common history: a value that nobody edited where it stands, and an edit that came after it. It is no loss. */
const isOutdated = (less: Pick<Held, "at" | "isStamped">, more: Pick<Held, "at" | "isStamped">): boolean =>
  !less.isStamped && (more.isStamped || wholeSeconds(less.at) !== wholeSeconds(more.at));

interface GroupChoice {
  readonly group: StatusGroup;
  readonly side: Issue;
  readonly lost: StatusGroup | undefined;
  readonly isMade: boolean;
}

interface Side {
  readonly side: Issue;
  readonly group: StatusGroup;
  readonly at: string;
  readonly isStamped: boolean;
  readonly isChanged: boolean;
}

/**
 * Without a common history: of two that an export shows alike the one that says more, and in place of one that a file brought
 * the one that came after it, whatever their ranks. Undefined where both were edited, or neither is known to be the later.
 */
function withoutHistory(a: Side, b: Side): Side | undefined {
  if (fieldsForm(a.group.fields) === fieldsForm(b.group.fields)) {
    const [x, y] = [a, b].map(({ group }) => canonical([group.record, group.fields, group.at, group.claimed]));
    const order =
      Number(a.isStamped) - Number(b.isStamped) || (x ?? "").length - (y ?? "").length || byCodeUnit(x ?? "", y ?? "");
    return order < 0 ? b : a;
  }
  if (a.isStamped === b.isStamped || [a, b].some(({ group }) => group.status === "tombstone")) return undefined;
  const [edited, brought] = a.isStamped ? [a, b] : [b, a];
  return millis(edited.at) >= millis(brought.at) ? edited : undefined;
}

function chooseGroup(base: Issue | undefined, ours: Issue, theirs: Issue): GroupChoice {
  const before = base === undefined ? undefined : statusGroup(base);
  const look = (side: Issue): Side => {
    const plain = statusGroup(side);
    const differs = before === undefined || groupValue(before) !== groupValue(plain);
    const group = statusGroup(side, editedAt(side, base, STATUS, differs));
    const isStamped = isEdit(mergeRecord(side).at[STATUS]);
    return {
      side,
      group,
      at: group.at,
      isStamped,
      isChanged: differs || before.at !== plain.at || before.claimed !== plain.claimed,
    };
  };
  const [a, b] = [look(ours), look(theirs)];
  if (!a.isChanged || !b.isChanged) {
    const { side, group, isChanged } = a.isChanged ? a : b;
    return { side, group, lost: undefined, isMade: isChanged };
  }
  if (base === undefined) {
    const one = withoutHistory(a, b);
    if (one !== undefined) return { side: one.side, group: one.group, lost: undefined, isMade: one.isStamped };
  }
  const [more, less] = compareGroups(a.group, b.group) < 0 ? [b, a] : [a, b];
  const isSame = shownGroup(a.group) === shownGroup(b.group);
  return { side: more.side, group: more.group, lost: isSame ? undefined : less.group, isMade: true };
}

const attemptsOf = (issue: Issue): number => {
  const attempts = mergeRecord(issue).rest?.["attempts"];
  return typeof attempts === "number" ? attempts : 0;
};

const latest = (a: string, b: string): string => ((millis(a) - millis(b) || byCodeUnit(a, b)) < 0 ? b : a);

/** Two sides that gave the issue another parent each: the newer stays, the other is set aside. */
function parents(
  sides: readonly Issue[],
  edges: Issue["dependencies"] & object,
): { kept: typeof edges; aside: typeof edges } {
  const count = (issue: Issue): number => (issue.dependencies ?? []).filter(({ type }) => type === PARENT).length;
  const all = edges.filter(({ type }) => type === PARENT).sort(byEdgeAge);
  // Somebody who gave it two knows why.
  if (all.length < 2 || sides.some((side) => count(side) > 1)) return { kept: edges, aside: [] };
  const aside = all.slice(0, -1);
  return { kept: edges.filter((edge) => !aside.includes(edge)), aside };
}

export function mergeIssue(base: Issue | undefined, ours: Issue, theirs: Issue): MergedIssue {
  const [before, a, b] = [
    base === undefined ? new Map<string, unknown>() : registersOf(base),
    registersOf(ours),
    registersOf(theirs),
  ];
  const [ourStamps, theirStamps] = [mergeRecord(ours).at, mergeRecord(theirs).at];
  const names = new Set([
    ...before.keys(),
    ...a.keys(),
    ...b.keys(),
    ...Object.keys(ourStamps),
    ...Object.keys(theirStamps),
  ]);
  names.delete(STATUS);
  names.delete(CLAIM);
  const isStamped = (name: string): boolean => ourStamps[name] !== undefined || theirStamps[name] !== undefined;
  const at: Record<string, string> = {};
  const registers = new Map<string, unknown>();
  const lost: Lost[] = [];
  const stands = new Set<string>();
  for (const name of names) {
    const [x, y] = [held(ours, a, base, before, name), held(theirs, b, base, before, name)];
    const { held: won, lost: less } = winner(name, x, y, base !== undefined);
    registers.set(name, won.value);
    if (isStamped(name) || (won.isChanged && won.at !== ours.created_at && won.at !== theirs.created_at))
      at[name] = won.at;
    // What lost of a question is on the issue as a comment, or says only who waited until when.
    const isAsked = ["question", "answer"].includes(registerOf(name).kind);
    if (less !== undefined && !isAsked) lost.push({ field: name, value: lostValue(name, less.value), at: less.at });
    if (won.isChanged) stands.add(lostId(ours, name, lostValue(name, won.value)));
  }
  const choice = chooseGroup(base, ours, theirs);
  const { group, side } = choice;
  if (choice.isMade || isStamped(STATUS)) at[STATUS] = group.at;
  if (group.status === "in_progress" && (choice.isMade || isStamped(CLAIM))) at[CLAIM] = group.claimed;
  if (choice.lost !== undefined) lost.push({ field: STATUS, value: shownGroup(choice.lost), at: toldAt(choice.lost) });
  if (choice.isMade) stands.add(lostId(ours, STATUS, shownGroup(group)));

  const parts = rebuilt(registers);
  const edges = parents([...(base === undefined ? [] : [base]), ours, theirs], [...parts.dependencies]);
  const attempts = Math.max(attemptsOf(ours), attemptsOf(theirs));
  const was = mergeRecord(ours).was ?? mergeRecord(theirs).was;
  const record = typeof group.record === "object" && group.record !== null && !Array.isArray(group.record);
  const stamps = Object.fromEntries(Object.entries(at).sort(([x], [y]) => byCodeUnit(x, y)));
  const fleet: unknown = record
    ? {
        ...sortedKeys(group.record),
        ...(attempts > 0 ? { attempts } : {}),
        ...(parts.questions.length === 0 ? {} : { questions: parts.questions }),
        ...(was === undefined ? {} : { was }),
        ...(edges.aside.length === 0 ? {} : { set_aside: edges.aside }),
        ...(Object.keys(stamps).length === 0 ? {} : { at: stamps }),
      }
    : group.record;
  const isEmpty = record && canonical(fleet) === "{}";
  // A value that lost once and stands now, for another edit gave it again, is not lost.
  const known = new Set((base?.comments ?? []).map(({ id }) => String(id)));
  const comments = mergeComments(
    base?.comments,
    ours.comments,
    theirs.comments,
    lost.map((one) => lostComment(ours, one)),
  ).filter(({ id }) => known.has(String(id)) || !stands.has(String(id)));
  const issue: Issue = {
    // Every field that an issue must have is a register of both sides; the later ones overwrite these.
    ...required(side),
    ...parts.fields,
    ...group.fields,
    id: ours.id,
    status: group.status,
    updated_at: latest(ours.updated_at, theirs.updated_at),
    metadata: isEmpty ? parts.metadata : { ...parts.metadata, fleet },
    labels: [...parts.labels],
    dependencies: edges.kept,
    comments,
  };
  for (const name of ["metadata", "labels", "dependencies", "comments"] as const)
    if (canonical(issue[name]).length <= 2) delete issue[name];
  return { issue, lost };
}

const required = ({
  title,
  priority,
  issue_type,
  created_at,
}: Issue): Pick<Issue, "title" | "priority" | "issue_type" | "created_at"> => ({
  title,
  priority,
  issue_type,
  created_at,
});
