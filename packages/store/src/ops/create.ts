/** create: a new issue, with its edges, in one commit. */
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { path } from "../graph.ts";
import { ID_SHAPE, newId } from "../ids.ts";
import type { Dependency, Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { BLOCKING, PARENT } from "../status.ts";
import { stamp } from "../time.ts";
import { find } from "./find.ts";

export interface Creation {
  readonly title: string;
  readonly type: string;
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
    readonly type: string;
    readonly reversed?: boolean;
    readonly metadata?: string;
  }[];
  /** `owner` and `created_by` are left out for `q` and for markdown files, as in bd. */
  readonly anonymous?: boolean;
}

/** The new issue, and what could not be linked (bd warns and goes on). */
export interface Created {
  readonly issue: Issue;
  readonly warnings: readonly string[];
}

export const TITLE_LIMIT = 500;

export function checkTitle(title: string): void {
  if (title.trim() === "") throw new StoreError("invalid", "title is required");
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
  if (parent !== undefined) return `${parent.id}.${snapshot.lastChild(parent.id) + 1}`;
  const seed = {
    title: input.title,
    description: input.description ?? "",
    creator: act.actor,
    createdNanos: BigInt(act.now) * 1_000_000n + BigInt(Math.floor(performance.now() * 1e6) % 1_000_000),
  };
  return newId(prefix, seed, snapshot.topLevelCount, (id) => snapshot.taken(id));
}

export function create(snapshot: Snapshot, act: Act, input: Creation): Decision<Created> {
  checkTitle(input.title);
  const parent = input.parent === undefined || input.parent === "" ? undefined : parentIssue(snapshot, input.parent);
  const id = chosenId(snapshot, input, parent, act);
  const now = stamp(act.now);
  const edge = (from: string, to: string, type: string, metadata = "{}"): Dependency => ({
    issue_id: from,
    depends_on_id: to,
    type,
    created_at: now,
    created_by: act.actor,
    metadata,
  });
  const dependencies: Dependency[] = parent === undefined ? [] : [edge(id, parent.id, PARENT)];
  const others: Issue[] = [];
  const warnings: string[] = [];
  for (const wanted of input.edges ?? []) {
    const target = wanted.to.startsWith("external:") ? undefined : snapshot.resolve(wanted.to);
    if (target !== undefined && target.kind !== "one") {
      warnings.push(`failed to add dependency ${id} -> ${wanted.to}: no issue found matching "${wanted.to}"`);
      continue;
    }
    const to = target?.id ?? wanted.to;
    const why = refusal(snapshot, {
      from: id,
      fromType: input.type,
      to,
      type: wanted.type,
      reversed: wanted.reversed === true,
      dependencies,
    });
    if (why !== undefined) {
      warnings.push(`failed to add dependency ${id} -> ${to}: ${why}`);
      continue;
    }
    const other =
      wanted.reversed === true ? (others.find((issue) => issue.id === to) ?? snapshot.issue(to)) : undefined;
    if (other === undefined) dependencies.push(edge(id, to, wanted.type, wanted.metadata));
    else {
      const linked = { ...other, dependencies: [...(other.dependencies ?? []), edge(to, id, wanted.type)] };
      others.splice(0, others.length, ...others.filter((issue) => issue.id !== to), linked);
    }
  }
  const inherited = input.inheritLabels === false ? [] : (parent?.labels ?? []);
  const labels = [...(input.labels ?? []), ...inherited.filter((label) => !(input.labels ?? []).includes(label))];
  const deferred = input.defer_until !== undefined && Date.parse(input.defer_until) > act.now;
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
  return {
    kind: "commit",
    event: "create",
    task: id,
    subject: input.title,
    issues: [issue, ...others],
    result: { issue, warnings },
  };
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
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

interface WantedEdge {
  readonly from: string;
  readonly fromType: string;
  readonly to: string;
  readonly type: string;
  readonly reversed: boolean;
  readonly dependencies: readonly Dependency[];
}

/** Only an edge to the new issue can close a cycle: from what the new one already depends on. */
function refusal(snapshot: Snapshot, wanted: WantedEdge): string | undefined {
  if (!BLOCKING.has(wanted.type)) return undefined;
  const kinds = [snapshot.issue(wanted.to)?.issue_type === "epic", wanted.fromType === "epic"];
  if (wanted.type === "blocks" && kinds[0] !== kinds[1] && snapshot.issue(wanted.to) !== undefined) {
    return kinds[wanted.reversed ? 0 : 1] === true
      ? "epics can only block other epics, not tasks"
      : "tasks can only block other tasks, not epics";
  }
  if (!wanted.reversed) return undefined;
  const edges = (id: string): string[] => {
    const from = id === wanted.from ? wanted.dependencies : (snapshot.live.get(id)?.dependencies ?? []);
    return from.filter((e) => BLOCKING.has(e.type)).map((e) => e.depends_on_id);
  };
  return path(wanted.from, wanted.to, edges) === undefined ? undefined : "adding dependency would create a cycle";
}
