/**
 * Why a task does not start: a closed union, which `dispatch` answers with and every view shows. What each means, what ends
 * it, and how the task is listed, are in reason-table.ts.
 */
import type { Hold } from "@fleet/store/hold";
import type { IssueType, Status } from "@fleet/store/status";

import type { Otherwise } from "../../workspaces/beginning.ts";
import type { FleetHold } from "./machine.ts";

/** Reasons in the store alone, whatever runs. Ids are task ids; times are milliseconds since 1970. */
export type Obstacle =
  | { readonly kind: "running"; readonly attempt: number }
  | { readonly kind: "elsewhere"; readonly home: string | null }
  | { readonly kind: "record-unknown" }
  /** `note`: what it waits for, as written by the one who blocked it. */
  | { readonly kind: "needs-you"; readonly note: string | null }
  /** Its attempt claims to be done, and a person has to judge it: the agent's words, what changed, and what is missing. */
  | {
      readonly kind: "asked";
      readonly claim: string | null;
      readonly change: string;
      readonly missing: readonly string[];
    }
  /** Its work is believed, and a person is to see it; `change`: what changed, in a line. */
  | { readonly kind: "in-review"; readonly grade: string; readonly change: string }
  /** It is one of several that do the same, and a person picks one of them; `missing`: why it is not believed, where it is not. */
  | {
      readonly kind: "to-pick";
      readonly epic: string;
      readonly grade: string | null;
      readonly missing: readonly string[];
    }
  /** Its work is accepted, and not on its target yet: a person lands it. */
  | { readonly kind: "landing" }
  /** So it is, and lands by a pull request. `url` null: that is about to be opened. */
  | { readonly kind: "pull-request"; readonly url: string | null }
  | { readonly kind: "container"; readonly type: IssueType; readonly open: number; readonly children: number }
  | { readonly kind: "left-behind"; readonly assignee: string }
  /** The issue is in somebody's work, or in nobody's; the other statuses have reasons of their own. */
  | {
      readonly kind: "status";
      readonly status: Exclude<Status, "open" | "blocked" | "deferred">;
      readonly assignee: string | null;
      readonly note: string | null;
    }
  /** `deferred`: put off, too. */
  | { readonly kind: "assigned"; readonly to: string; readonly deferred: boolean }
  | { readonly kind: "set-aside"; readonly as: "pinned" | "template" | "ephemeral" | "type"; readonly type: IssueType }
  /** `by`: the task itself, or one above it. `until` null: `date` is none, or no time. */
  | { readonly kind: "deferred"; readonly by: string; readonly until: number | null; readonly date: string | null }
  | { readonly kind: "dependencies"; readonly on: readonly string[] }
  | { readonly kind: "held"; readonly hold: Hold }
  | { readonly kind: "no-directory" }
  | { readonly kind: "no-coder" }
  /** `meant`: the name that is nearest. */
  | { readonly kind: "coder-unknown"; readonly coder: string; readonly meant: string | null }
  /** So many tasks of its project wait for review, and it is not begun. */
  | { readonly kind: "review-full"; readonly project: string; readonly max: number; readonly by: readonly string[] };

/** An account that takes nothing now. */
export interface Waiting {
  readonly account: string;
  /** Null until a person acts. */
  readonly until: number | null;
  readonly why: string;
}

/** The tasks that have what there is. */
export interface Takers {
  readonly by: readonly string[];
  /** Of those whose attempt runs where it can't be seen from here: by task, where that is. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

export type Reason =
  | Obstacle
  /** Its work is accepted, and lands by itself: once those have that it needs, or that come first in its repository. */
  | { readonly kind: "landing-after"; readonly on: readonly string[] }
  | { readonly kind: "landing-next"; readonly behind: readonly string[] }
  | { readonly kind: "landing-now" }
  /** Something is in the way of that. `command`: what a person types about it. `person`: nothing else ends it. */
  | {
      readonly kind: "landing-held";
      readonly why: string;
      readonly command: string | null;
      readonly person: boolean;
    }
  | { readonly kind: "store-unknown" }
  /** `after`: how its last attempt ended. */
  | { readonly kind: "backoff"; readonly until: number; readonly after: string | null }
  | {
      readonly kind: "breaker";
      readonly of: "coder" | "directory" | "setup";
      readonly name: string;
      readonly failures: number;
      readonly error: string;
      readonly from: number;
    }
  | {
      readonly kind: "probed";
      readonly of: "coder" | "directory" | "setup";
      readonly name: string;
      readonly by: string;
    }
  | { readonly kind: "directory-silent"; readonly directory: string }
  /** That directory is in another git working tree than when the task was made, or in none. */
  | { readonly kind: "strayed"; readonly directory: string; readonly why: string }
  /** It is to work in a clone of that directory's repository. `why`: with what changes it. */
  | { readonly kind: "no-clone"; readonly directory: string; readonly why: string; readonly otherwise: Otherwise }
  /** `session`: others of the coder are not asked, because its session is on this one. First the one that is free first. */
  | {
      readonly kind: "parked";
      readonly coder: string;
      readonly accounts: readonly Waiting[];
      readonly session: boolean;
    }
  | { readonly kind: "fleet-parked"; readonly until: number | null; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "paused" }
  | { readonly kind: "draining" }
  | { readonly kind: "stopping" }
  | { readonly kind: "blind"; readonly why: string }
  | { readonly kind: "unsupervised" }
  /** `where`: the place, in words. */
  | { readonly kind: "supervised-elsewhere"; readonly where: string }
  | { readonly kind: "unsettled"; readonly why: string }
  /** Nothing starts at all: see machine.ts. */
  | { readonly kind: "machine"; readonly of: FleetHold["kind"]; readonly why: string }
  | ({ readonly kind: "fleet-full"; readonly max: number } & Takers)
  | ({ readonly kind: "coder-full"; readonly coder: string; readonly max: number } & Takers)
  | ({ readonly kind: "directory-full"; readonly directory: string; readonly max: number } & Takers)
  /** An agent works there, and the settings allow no more. */
  | ({ readonly kind: "directory-taken"; readonly directory: string } & Takers)
  /** `project`: its directory. */
  | ({ readonly kind: "project-full"; readonly project: string; readonly max: number } & Takers)
  /** `files`: the patterns that meet, its own and that of the other. */
  | ({ readonly kind: "same-files"; readonly files: readonly [string, string] } & Takers)
  | { readonly kind: "quiet"; readonly directory: string; readonly by: string }
  | ({ readonly kind: "account-full"; readonly accounts: readonly string[]; readonly session: boolean } & Takers)
  | { readonly kind: "account-rising"; readonly account: string; readonly at: number; readonly session: boolean }
  | {
      readonly kind: "account-trial";
      readonly account: string;
      readonly by: readonly string[];
      readonly session: boolean;
    };
