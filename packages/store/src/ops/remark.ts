/** remark: a person says something on lines of a task's work. They are comments; what was there stays. */
import { isBlank } from "@fleet/kit/text";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment, Issue } from "../issue.ts";
import { type Anchor, freshMark, remarksOf, remarkText } from "../remarks.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { touched } from "./touched.ts";

export interface Remarking {
  readonly id: string;
  readonly remarks: readonly { readonly anchor: Anchor; readonly words: string }[];
}

export interface Remarked {
  readonly issue: Issue;
  /** The marks of the new ones, in order. */
  readonly marks: readonly string[];
}

/** All of them in one commit. */
export function remark(snapshot: Snapshot, act: Act, { id, remarks }: Remarking): Decision<Remarked> {
  const before = find(snapshot, id);
  guardInside(before, act);
  const marks: string[] = [];
  let issue = before;
  for (const { anchor, words } of remarks) {
    if (isBlank(words)) throw new StoreError("invalid", "a remark says something: -m WORDS");
    if (/[\r\n]/.test(anchor.path))
      throw new StoreError("invalid", "no remark can name a file with a line break in its name");
    const mark = freshMark(remarksOf(issue), act.uuid);
    const added: Comment = {
      id: act.uuid(),
      issue_id: issue.id,
      author: act.actor,
      text: remarkText(mark, anchor, words.trim()),
      created_at: stamp(act.now),
    };
    marks.push(mark);
    issue = touched(issue, act, { comments: [...(issue.comments ?? []), added] });
  }
  const [first] = remarks;
  return {
    kind: "commit",
    event: "comment",
    task: issue.id,
    subject: remarks.length === 1 ? (first?.words ?? "") : `${remarks.length} remarks`,
    issues: [issue],
    result: { issue, marks },
  };
}
