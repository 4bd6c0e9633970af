/** Which session of its coder a task's next attempt resumes, and which one is kept for it when an attempt ends. Pure. */
import type { Coder } from "@fleet/coders/coder";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import type { Settlement } from "@fleet/store/ops/settle";

import type { OutcomeRecord } from "../../attempts/records/record.ts";
import { LIFECYCLE } from "./lifecycle.ts";
import { isPoisoned } from "./repeats.ts";
import { sessionAccount } from "./tasks.ts";

interface By {
  readonly coder: Pick<Coder, "name" | "capabilities">;
  readonly account: string;
}

/** A session belongs to the coder and the account that began it; undefined where the next attempt starts a fresh one. */
export function sessionToResume(issue: Issue, { coder, account }: By): string | undefined {
  const { session, session_coder: owner } = fleetRecord(issue);
  const isOwn = owner === coder.name && sessionAccount(issue) === account;
  return coder.capabilities.resumes && isOwn ? session : undefined;
}

interface Keeping {
  readonly coder: By["coder"] | undefined;
  readonly account: string;
  /** It may come back though it is done: a person is to see it, or it is to land. */
  readonly mayReturn?: boolean;
}

/** `history`: how the attempts of its task ended, this one last. */
export function sessionToKeep(
  { kind, session }: Pick<OutcomeRecord, "kind" | "session">,
  history: Parameters<typeof isPoisoned>[0],
  { coder, account, mayReturn }: Keeping,
): Settlement["session"] {
  const isResumed = LIFECYCLE[kind].resume || mayReturn === true;
  if (coder?.capabilities.resumes !== true || session === undefined || !isResumed) return undefined;
  if (kind === "failed" && isPoisoned(history)) return undefined;
  return { id: session, coder: coder.name, account };
}
