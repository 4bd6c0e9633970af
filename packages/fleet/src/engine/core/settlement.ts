/** The words of a settlement for people: the comment on the task, its question, and the line in the journal. Pure. */
import { landingOf, reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import type { Disposition } from "@fleet/store/ops/settle";

import type { OutcomeRecord } from "../../attempts/records/record.ts";
import type { Receipt } from "../../attempts/records/receipt.ts";
import type { JournalEvent } from "./journal-event.ts";

interface Ended {
  readonly n: number;
  readonly outcome: OutcomeRecord;
  readonly disposition: Disposition;
  /** Why the task goes where it goes. */
  readonly reason: string;
}

interface Printed {
  readonly checks: Receipt["checks"];
  /** The end of standard error, where that is asked for. */
  readonly stderr: () => string;
}

/** The comment on the task beside its reason. A question is recorded as one, which is a comment already. */
export function commentOn({ n, outcome, disposition, reason }: Ended, { checks, stderr }: Printed): string | undefined {
  if (outcome.kind === "question") return undefined;
  const failed = checkComment(checks);
  if (disposition.kind !== "block") {
    // A failed check is said on the task each time; what else ended a try is in its record.
    if (outcome.kind !== "claimed-done-unproven" || failed === undefined) return undefined;
    return `attempt ${n}: ${outcome.reason}\n\n${failed}`;
  }
  if (failed !== undefined) return `${reason}\n\n${failed}`;
  const end = outcome.becomes === "open" ? lastLines(stderr()) : "";
  return end === "" ? reason : `${reason}\n\nThe end of standard error:\n${end}`;
}

/** The checks that did not pass, with the end of what they printed. */
function checkComment(checks: Receipt["checks"] = []): string | undefined {
  const failed = checks.filter(({ verdict }) => verdict !== "passed");
  if (failed.length === 0) return undefined;
  return failed.map(({ command, tail }) => `The end of what \`${command}\` printed:\n${lastLines(tail)}`).join("\n\n");
}

const LINES = 20;
const lastLines = (text: string): string => text.split("\n").slice(-LINES).join("\n");

/** Its stream had the question; one that it put to fleet is on record already. */
export const questionOf = ({ kind, reason }: OutcomeRecord, issue: Issue | undefined): string | undefined =>
  kind === "question" && issue?.status === "in_progress" ? reason : undefined;

interface Line {
  readonly event: JournalEvent;
  readonly text: string;
  /** RFC 3339: not tried again before. */
  readonly until?: string | undefined;
}

/** `issue`: the task after the settlement. What a person did with it meanwhile outweighs the verdict. */
export function journalLine({ n, outcome, disposition, reason }: Ended, issue: Issue): Line {
  const line = (event: JournalEvent, text: string): Line => ({ event, text: `attempt ${n}: ${text}` });
  switch (disposition.kind) {
    case "close":
      if (issue.status === "closed") return line("done", reason);
      return line("kept", fleetRecord(issue).reason ?? `set to ${issue.status} meanwhile`);
    case "land":
      if (landingOf(issue) !== undefined) return line("done", `${reason}; it closes once it has landed`);
      return line("kept", `set to ${issue.status} meanwhile`);
    case "review":
      if (reviewOf(issue) !== undefined) return line("done", `${reason}; it waits for review`);
      return line("kept", `set to ${issue.status} meanwhile`);
    case "block":
      // Answered while the attempt was still ending, it is back already.
      return issue.status === "open" ? line(outcome.kind, reason) : line("blocked", reason);
    case "ask":
      return line("asked", reason);
    case "retry": {
      // A person's change of the task decides whether it is tried again at all.
      const until = outcome.becomes === "set-aside" ? undefined : disposition.notBefore;
      return { ...line(outcome.kind, until === undefined ? reason : `${reason} (again from ${until})`), until };
    }
  }
}
