/** comment: open to everybody, also to an attempt that has lost its claim. */
import { isBlank } from "@fleet/kit/text";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { find } from "./find.ts";
import { touched } from "./touched.ts";

export interface Commenting {
  readonly id: string;
  readonly text: string;
  readonly author?: string | undefined;
}

export function comment(snapshot: Snapshot, act: Act, input: Commenting): Decision<Comment> {
  const issue = find(snapshot, input.id);
  if (isBlank(input.text)) throw new StoreError("invalid", "comment text cannot be empty");
  const added: Comment = {
    id: act.uuid(),
    issue_id: issue.id,
    // From inside nobody else speaks.
    author: act.inside === undefined ? (input.author ?? act.actor) : act.actor,
    text: input.text,
    created_at: stamp(act.now),
  };
  const next = touched(issue, act, { comments: [...(issue.comments ?? []), added] });
  return {
    kind: "commit",
    event: "comment",
    task: issue.id,
    subject: input.text,
    issues: [next],
    result: added,
  };
}
