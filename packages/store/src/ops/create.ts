/** create: a new issue, with its edges, in one commit. */
import { isBlank } from "@fleet/kit/text";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { ID_SHAPE, LAST_CHILD, newId } from "../ids.ts";
import type { Dependency, Issue } from "../issue.ts";
import { lastChild } from "../last-child.ts";
import type { Snapshot } from "../snapshot.ts";
import { type EdgeType, isExternal, isHolding, type IssueType, PARENT } from "../status.ts";
import { millis, stamp } from "../time.ts";
import { checkLoops, epicClash } from "./edges.ts";
import { find } from "./find.ts";
import { touched } from "./touched.ts";

export interface Creation {
  readonly title: string;
  readonly type: IssueType;
  readonly priority: number;
  readonly description?: string | undefined;
  readonly design?: string | undefined;
  readonly acceptance_criteria?: string | undefined;
  readonly notes?: string | undefined;
  readonly spec_id?: string | undefined;
  readonly assignee?: string | undefined;
  readonly estimated_minutes?: number | undefined;
  readonly external_ref?: string | undefined;
  readonly due_at?: string | undefined;
  readonly defer_until?: string | undefined;
  readonly labels?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly ephemeral?: boolean;
  /** `--id`; without it one is made. */
  readonly id?: string | undefined;
  /** Lets `--id` carry another prefix. */
  readonly force?: boolean;
  readonly parent?: string | undefined;
  readonly inheritLabels?: boolean;
  /** Edges, already in the form "from the new issue" or "to the new issue". */
  readonly edges?: readonly {
    readonly to: string;
    readonly type: EdgeType;
    readonly reversed?: boolean;
    readonly metadata?: string;
  }[];
  /** `owner` and `created_by` are left out for `q` and for markdown files, as in bd. */
  readonly anonymous?: boolean;
}

export interface Created {
  readonly issue: Issue;
}

export const TITLE_LIMIT = 500;

export function checkTitle(title: string): void {
  if (isBlank(title)) throw new StoreError("invalid", "title is required");
  const bytes = Buffer.byteLength(title);
  if (bytes > TITLE_LIMIT) {
    throw new StoreError("invalid", `title must be ${TITLE_LIMIT} characters or less (got ${bytes})`, {
      mend: "put the rest into --description",
    });
  }
}

function chosenId(snapshot: Snapshot, input: Creation, parent: Issue | undefined, act: Act): string {
  const { prefix } = snapshot.meta;
  if (input.id !== undefined && input.id !== "") {
    if (!ID_SHAPE.test(input.id)) {
      throw new StoreError(
        "invalid",
        `invalid ID format '${input.id}' (expected format: prefix-hash or prefix-hash.number, e.g., '${prefix}-a3f8e9' or '${prefix}-a3f8e9.1')`,
      );
    }
    if (!input.id.startsWith(`${prefix}-`) && input.force !== true) {
      throw new StoreError(
        "invalid",
        `prefix mismatch: database uses '${prefix}-' but ID '${input.id}' doesn't match (use --force to override)`,
      );
    }
    if (snapshot.taken(input.id)) {
      throw new StoreError("invalid", `issue ${input.id} already exists`, { mend: `fleet bd show ${input.id}` });
    }
    return input.id;
  }
  if (parent !== undefined) {
    for (let number = lastChild(snapshot, parent.id) + 1; number <= LAST_CHILD; number++) {
      const id = `${parent.id}.${number}`;
      if (!snapshot.taken(id)) return id;
    }
    throw new StoreError("invalid", `${parent.id} has no child number left: ${LAST_CHILD} is the highest`, {
      mend: `fleet bd create TITLE --id ${prefix}-NAME --deps parent-child:${parent.id}`,
    });
  }
  const seed = {
    title: input.title,
    description: input.description ?? "",
    creator: act.actor,
    // Below a millisecond there is chance: twins made in one would use up the nonces.
    createdNanos:
      BigInt(act.now) * 1_000_000n +
      (BigInt(
        `0x0${act
          .uuid()
          .replaceAll(/[^0-9a-f]/g, "")
          .slice(-12)}`,
      ) %
        1_000_000n),
  };
  return newId(prefix, seed, snapshot.topLevelCount, (id) => !snapshot.free(id));
}

export function create(snapshot: Snapshot, act: Act, input: Creation): Decision<Created> {
  checkTitle(input.title);
  const parent = input.parent === undefined || input.parent === "" ? undefined : parentIssue(snapshot, input.parent);
  const id = chosenId(snapshot, input, parent, act);
  const now = stamp(act.now);
  const edge = (from: string, to: string, type: EdgeType, metadata = "{}"): Dependency => ({
    issue_id: from,
    depends_on_id: to,
    type,
    created_at: now,
    created_by: act.actor,
    metadata,
  });
  const { own: dependencies, others } = edgesOf(snapshot, act, input, { id, parent, edge });
  const inherited = input.inheritLabels === false ? [] : (parent?.labels ?? []);
  const own = (input.labels ?? []).filter((label) => !isBlank(label));
  const labels = [...own, ...inherited.filter((label) => !own.includes(label))];
  const deferred = input.defer_until !== undefined && millis(input.defer_until) > act.now;
  const issue: Issue = {
    id,
    title: input.title,
    status: deferred ? "deferred" : "open",
    priority: input.priority,
    issue_type: input.type,
    created_at: now,
    updated_at: now,
    ...given({
      description: input.description,
      design: input.design,
      acceptance_criteria: input.acceptance_criteria,
      notes: input.notes,
      spec_id: input.spec_id,
      assignee: input.assignee,
      owner: input.anonymous === true ? undefined : act.email,
      created_by: input.anonymous === true ? undefined : act.actor,
      estimated_minutes: input.estimated_minutes,
      due_at: input.due_at,
      defer_until: input.defer_until,
      external_ref: input.external_ref,
      metadata: input.metadata,
      labels: labels.length === 0 ? undefined : labels,
      dependencies: dependencies.length === 0 ? undefined : dependencies,
      ephemeral: input.ephemeral,
    }),
  };
  if (dependencies.length + others.length > 0) checkLoops(snapshot, [issue, ...others]);
  return {
    kind: "commit",
    event: "create",
    task: id,
    subject: input.title,
    issues: [issue, ...others],
    result: { issue },
  };
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && !(typeof value === "string" && isBlank(value))),
  );
}

function parentIssue(snapshot: Snapshot, argument: string): Issue {
  try {
    return find(snapshot, argument);
  } catch (error) {
    if (error instanceof StoreError && error.code === "not-found")
      throw new StoreError("not-found", `parent issue ${argument} not found`, { cause: error });
    throw error;
  }
}

interface NewIssue {
  readonly id: string;
  readonly parent: Issue | undefined;
  readonly edge: (from: string, to: string, type: EdgeType, metadata?: string) => Dependency;
}

/**
 * The edges of the new issue, the one to its parent first, and the issues that are to wait for it. Throws where one of them
 * can't be made, naming all that can't: a task without an edge that it was given would start before its time.
 */
function edgesOf(
  snapshot: Snapshot,
  act: Act,
  input: Creation,
  { id, parent, edge }: NewIssue,
): { readonly own: readonly Dependency[]; readonly others: readonly Issue[] } {
  const own: Dependency[] = parent === undefined ? [] : [edge(id, parent.id, PARENT)];
  const others = new Map<string, Issue>();
  const refused: string[] = [];
  for (const wanted of input.edges ?? []) {
    const target = targetOf(snapshot, wanted.to);
    if ("why" in target) {
      refused.push(`${id} -> ${wanted.to}: ${target.why}`);
      continue;
    }
    const to = target.issue?.id ?? wanted.to;
    const other = target.issue === undefined ? undefined : (others.get(to) ?? target.issue);
    const backwards = wanted.reversed === true && other !== undefined;
    const [from, on] = backwards ? [to, id] : [id, to];
    const known = (backwards ? (other.dependencies ?? []) : own).find((one) => one.depends_on_id === on);
    // The same edge twice is one edge.
    if (known?.type === wanted.type) continue;
    // An edge to its own parent that holds nothing back adds nothing to a child.
    if (on === parent?.id && !isHolding(wanted.type)) continue;
    const [fromType, toType] = backwards ? [other.issue_type, input.type] : [input.type, other?.issue_type];
    // Loops are looked for once all edges are there.
    const why = known === undefined ? epicClash(wanted.type, fromType, toType) : besideKnown(from, known);
    if (why !== undefined) refused.push(`${from} -> ${on}: ${why}`);
    else {
      const added = edge(from, on, wanted.type, wanted.metadata);
      if (backwards) others.set(to, touched(other, act, { dependencies: [...(other.dependencies ?? []), added] }));
      else own.push(added);
    }
  }
  if (refused.length > 0)
    throw new StoreError("invalid", `failed to add dependency ${refused.join("; failed to add dependency ")}`, {
      mend: "fleet bd list --all",
    });
  return { own, others: [...others.values()] };
}

type Target = { readonly issue: Issue | undefined } | { readonly why: string };

function targetOf(snapshot: Snapshot, argument: string): Target {
  if (isExternal(argument)) return { issue: undefined };
  try {
    return { issue: find(snapshot, argument) };
  } catch (error) {
    if (error instanceof StoreError && (error.code === "not-found" || error.code === "ambiguous"))
      return { why: error.message };
    throw error;
  }
}

/** Why there can't be a second edge beside this one. */
const besideKnown = (from: string, { depends_on_id: to, type }: Dependency): string =>
  type === PARENT
    ? `cannot add dependency: ${from} is already a child of ${to}`
    : `it already exists with type "${type}"`;
