/**
 * What no merge by issue can see: an edge of one side and an edge of the other that close a cycle, an edge to an issue the
 * other side deleted. Such edges are set aside on their issue, not dropped: the full set is looked at again in the next
 * merge, so that which of them stand does not depend on the order of merges. Oldest first, an edge stands unless it closes
 * a cycle with those that stand.
 */
import type { Dependency, Issue } from "../issue.ts";
import { BLOCKING, PARENT } from "../status.ts";
import { same } from "./canonical.ts";
import { components } from "./components.ts";
import { closingMixed } from "./mixed-loops.ts";
import { mergeRecord, withMergeRecord } from "./record.ts";
import { byEdgeAge } from "./registers.ts";
import type { Note } from "./merge-lines.ts";

export interface Mended {
  /** Issues whose edges came out otherwise. */
  readonly issues: readonly Issue[];
  readonly notes: readonly Note[];
}

type Lookup = (id: string) => Issue | undefined;

const KINDS: readonly ReadonlySet<string>[] = [BLOCKING, new Set([PARENT])];

const allEdges = (issue: Issue): Dependency[] => [...(issue.dependencies ?? []), ...mergeRecord(issue).setAside];

const isDeleted = (issue: Issue | undefined): boolean => issue?.status === "tombstone";

/** Edges that can be part of a cycle: of issues that lie on one, over all edges of the kind. */
function suspects(
  from: readonly Issue[],
  kind: ReadonlySet<string>,
  lookup: Lookup,
  isOut: (edge: Dependency) => boolean,
): Dependency[] {
  const edges = new Map<string, Dependency[]>();
  const of = (id: string): Dependency[] => {
    const known = edges.get(id);
    if (known !== undefined) return known;
    const issue = lookup(id);
    const found =
      issue === undefined || isDeleted(issue) ? [] : allEdges(issue).filter((e) => kind.has(e.type) && !isOut(e));
    edges.set(id, found);
    return found;
  };
  return components(
    from.map(({ id }) => id),
    (id) => of(id).map((edge) => edge.depends_on_id),
  ).flatMap((component) => {
    const members = new Set(component);
    return component.flatMap((id) => of(id).filter((edge) => members.has(edge.depends_on_id)));
  });
}

/** True where there is a path of edges from → … → to. */
function leads(from: string, to: string, edges: (id: string) => readonly string[]): boolean {
  const seen = new Set([from]);
  for (const at of seen) {
    if (at === to) return true;
    for (const next of edges(at)) seen.add(next);
  }
  return false;
}

/** Those that close a cycle with older ones. */
function closing(edges: readonly Dependency[]): Dependency[] {
  const standing = new Map<string, string[]>();
  return [...edges].sort(byEdgeAge).filter((edge) => {
    const { issue_id: from, depends_on_id: to } = edge;
    if (from === to || leads(to, from, (id) => standing.get(id) ?? [])) return true;
    standing.set(from, [...(standing.get(from) ?? []), to]);
    return false;
  });
}

const keyOf = (edge: Dependency): string => JSON.stringify([edge.issue_id, edge.depends_on_id, edge.type]);

/**
 * `changed`: the issues that this merge changed, as they stand. `lookup` and `children` know all others. `isCyclic`: there may
 * be cycles, for both sides brought edges or some were set aside.
 */
export function mend(
  changed: readonly Issue[],
  lookup: Lookup,
  children: (id: string) => readonly string[],
  isCyclic: boolean,
): Mended {
  const living = changed.filter((issue) => !isDeleted(issue));
  const aside = new Map<string, string>();
  const touched = new Map(living.map((issue) => [issue.id, issue]));
  const isOut = (edge: Dependency): boolean => aside.has(keyOf(edge));
  for (const issue of living) {
    for (const edge of allEdges(issue))
      if (isDeleted(lookup(edge.depends_on_id))) aside.set(keyOf(edge), "it was deleted");
    const parents = mergeRecord(issue).setAside.filter(({ type }) => type === PARENT);
    const newest = allEdges(issue)
      .filter((edge) => edge.type === PARENT && !isOut(edge))
      .sort(byEdgeAge)
      .at(-1);
    // Set aside by the merge of the issue itself, or before: of all parents the newest stands.
    if (parents.length > 0)
      for (const edge of allEdges(issue))
        if (edge.type === PARENT && edge !== newest && !isOut(edge)) aside.set(keyOf(edge), "there is a newer parent");
  }
  for (const kind of isCyclic ? KINDS : []) {
    const edges = suspects(living, kind, lookup, isOut);
    for (const edge of edges) {
      const issue = lookup(edge.issue_id);
      if (issue !== undefined) touched.set(issue.id, issue);
    }
    for (const edge of closing(edges)) aside.set(keyOf(edge), "it would close a cycle");
  }
  if (isCyclic) {
    const edges = (id: string): Dependency[] => {
      const issue = lookup(id);
      return issue === undefined ? [] : allEdges(issue).filter((edge) => !isOut(edge));
    };
    const mixed = closingMixed(
      living.map(({ id }) => id),
      { issue: lookup, edges, children },
    );
    for (const edge of mixed) {
      aside.set(keyOf(edge), "it would close a cycle");
      const issue = lookup(edge.issue_id);
      if (issue !== undefined) touched.set(issue.id, issue);
    }
  }
  const issues: Issue[] = [];
  const notes: Note[] = [];
  for (const issue of touched.values()) {
    const split = splitEdges(issue, isOut);
    if (split === issue) continue;
    issues.push(split);
    const before = new Set(mergeRecord(issue).setAside.map(keyOf));
    for (const edge of mergeRecord(split).setAside) {
      const why = aside.get(keyOf(edge)) ?? "";
      if (!before.has(keyOf(edge)) || why === "there is a newer parent")
        notes.push({ kind: "set-aside", id: issue.id, target: edge.depends_on_id, why });
    }
  }
  return { issues, notes };
}

/** The issue with these edges set aside and all others standing; itself where that is so already. */
function splitEdges(issue: Issue, isOut: (edge: Dependency) => boolean): Issue {
  const [standing, aside] = [issue.dependencies ?? [], mergeRecord(issue).setAside];
  const out = allEdges(issue).filter(isOut).sort(byEdgeAge);
  if (same(out, [...aside].sort(byEdgeAge))) return issue;
  const stays = standing.filter((edge) => !isOut(edge));
  const back = aside.filter((edge) => !isOut(edge));
  const { dependencies: _dependencies, ...rest } = issue;
  const dependencies = back.length === 0 ? stays : [...stays, ...back].sort(byEdgeAge);
  const next: Issue = dependencies.length === 0 ? rest : { ...rest, dependencies };
  return withMergeRecord(next, { setAside: out });
}
