import { holdsInBrief } from "./hold.ts";
import type { Dependency, Issue } from "./issue.ts";
import type { IssueType, Status } from "./status.ts";

/** The fields of a live issue that decide whether it is ready: a quarter of it. A whole issue is one, too. */
export interface Brief {
  readonly id: string;
  readonly status: Status;
  readonly priority: number;
  readonly issue_type: IssueType;
  readonly created_at: string;
  readonly assignee?: string | undefined;
  readonly defer_until?: string | undefined;
  readonly dependencies?: readonly BriefEdge[] | undefined;
  readonly ephemeral?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly is_template?: boolean | undefined;
  /** Only the holds (hold.ts). */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

type BriefEdge = Pick<Dependency, "depends_on_id" | "type" | "metadata">;

/** Fields that are not set are left out when it is written. */
export function briefOf(issue: Issue): Brief {
  const { id, status, priority, issue_type, created_at, assignee, defer_until, ephemeral, pinned, is_template } = issue;
  const dependencies = issue.dependencies?.map(({ depends_on_id, type, metadata }) =>
    metadata === undefined || metadata === "{}" ? { depends_on_id, type } : { depends_on_id, type, metadata },
  );
  const metadata = holdsInBrief(issue);
  const set = { assignee, defer_until, dependencies, ephemeral, pinned, is_template, metadata };
  return {
    id,
    status,
    priority,
    issue_type,
    created_at,
    ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
  };
}
