/** Finding the issue that an argument names, or saying why there is none. */
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { type Trouble, unknown } from "../trouble.ts";

/** The id an argument means. Throws `not-found` or `ambiguous` in bd's words. */
export function resolveId(snapshot: Snapshot, argument: string): string {
  const resolved = snapshot.resolve(argument);
  switch (resolved.kind) {
    case "one":
      return resolved.id;
    case "several":
      throw new StoreError(
        "ambiguous",
        `ambiguous ID "${argument}" matches ${resolved.ids.length} issues: [${resolved.ids.slice(0, 10).join(" ")}]\nUse more characters to disambiguate`,
      );
    case "deleted":
      throw deleted(snapshot, argument, resolved.id);
    case "none": {
      const trouble = troubleAt(snapshot, argument);
      if (trouble !== undefined) throw unknown(argument, trouble);
      throw new StoreError("not-found", `no issue found matching "${argument}"`, { mend: "fleet bd list --all" });
    }
  }
}

/** A tombstone says when and by whom; the issue as it was stands in the history, and can be imported again from there. */
function deleted(snapshot: Snapshot, argument: string, id: string): StoreError {
  const { deleted_at: at, deleted_by: by, delete_reason: reason = "" } = snapshot.line(id) ?? {};
  const renamed = /^renamed to (\S+)$/.exec(reason)?.[1];
  if (renamed !== undefined)
    return new StoreError("not-found", `no issue found matching "${argument}": ${id} was renamed to ${renamed}`, {
      mend: `fleet bd show ${renamed}`,
    });
  const when = at === undefined ? "" : ` at ${at}`;
  const who = by === undefined || by === "" ? "" : ` by ${by}`;
  return new StoreError("not-found", `no issue found matching "${argument}": ${id} was deleted${when}${who}`, {
    mend: `fleet bd history ${id} --json | jq -c '.[1].Issue + {updated_at: (now | todate)}' | fleet bd import -  # brings it back`,
  });
}

/** The problems that may hide the issue an argument means: in its own line, or in any shard that can't be read. */
function troubleAt(snapshot: Snapshot, argument: string): Trouble | undefined {
  const wanted = argument.toLowerCase();
  return snapshot.problems.find(
    ({ id, line }) => line === 0 || (id !== undefined && argument !== "" && id.toLowerCase().includes(wanted)),
  );
}

export function find(snapshot: Snapshot, argument: string): Issue {
  const id = resolveId(snapshot, argument);
  const issue = snapshot.issue(id);
  if (issue === undefined) throw new StoreError("not-found", `no issue found matching "${argument}"`);
  return issue;
}
