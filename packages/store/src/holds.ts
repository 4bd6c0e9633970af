/**
 * Why an issue is not started although nothing blocks it: `metadata.fleet.hold`. A hold is taken off by a person, never by
 * a time, an attempt or another home.
 *
 * untrusted: it came from outside (an import, a sync), and nobody has said yet where it runs and with what. `what`: which of
 * its parts that is about.
 */
import { array, type Infer, is, isObject, object, string } from "./shape.ts";
import type { Issue } from "./issue.ts";

const untrusted = object({ kind: string, since: string, from: string, what: array(string) });

export type Hold =
  | { readonly kind: "untrusted"; readonly since: string; readonly from: string; readonly what: readonly string[] }
  /** A later fleet's, or a hand's: what it waits for is not known, so it waits. */
  | { readonly kind: "unknown" };

export type Untrusted = Extract<Hold, { kind: "untrusted" }>;

type Holding = Pick<Issue, "metadata"> | { readonly held?: boolean };

function written(issue: Holding): unknown {
  const record = "metadata" in issue ? issue.metadata?.["fleet"] : undefined;
  return isObject(record) ? record["hold"] : undefined;
}

/** True for an issue, or one in brief, that has a hold of any kind. */
export const isHeld = (issue: Holding): boolean => ("held" in issue && issue.held) || written(issue) !== undefined;

export function decodeHold(value: unknown): Hold {
  return is(untrusted, value) && value.kind === "untrusted" ? untrustedOf(value) : { kind: "unknown" };
}

const untrustedOf = ({ since, from, what }: Infer<typeof untrusted>): Untrusted => ({
  kind: "untrusted",
  since,
  from,
  what,
});

export function holdOf(issue: Issue): Hold | undefined {
  const value = written(issue);
  return value === undefined ? undefined : decodeHold(value);
}

/** Why it waits, and the command that ends that. */
export function holdText(id: string, hold: Hold): string {
  switch (hold.kind) {
    case "untrusted": {
      const what = hold.what.length === 0 ? "" : ` (${hold.what.join(", ")})`;
      return `not trusted yet: it came from ${hold.from}${what}: fleet bd update ${id} --cwd DIR --coder NAME, or --trust`;
    }
    case "unknown":
      return `held for a reason that this fleet does not know: fleet bd update ${id} --trust`;
  }
}
