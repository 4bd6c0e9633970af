/** remark: a person says something on lines of a task's work. They are comments; what was there stays. */
import { isBlank } from "@fleet/kit/text";
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Comment, Issue } from "../issue.ts";
import { type Anchor, anchorText, freshMark, type Remark, remarksOf, remarkText } from "../remarks.ts";
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

/** By whoever says it once more, as after a command that was killed: with nothing said of it since, it is one remark. */
const isSaidAgain = (
  { by, path, line, text, words, replies }: Remark,
  who: string,
  on: Anchor,
  said: string,
): boolean =>
  by === who &&
  path === on.path &&
  line === on.line &&
  text === anchorText(on.text) &&
  words === said.trim() &&
  replies.length === 0;

/** All of them in one commit; one that stands there already, word by word, is not said again. */
export function remark(snapshot: Snapshot, act: Act, { id, remarks }: Remarking): Decision<Remarked> {
  const before = find(snapshot, id);
  guardInside(before, act);
  const marks: string[] = [];
  let issue = before;
  for (const { anchor, words } of remarks) {
    if (isBlank(words)) throw new StoreError("invalid", "a remark says something: -m WORDS");
    if (/[\r\n]/.test(anchor.path))
      throw new StoreError("invalid", "no remark can name a file with a line break in its name");
    const there = remarksOf(issue);
    const same = there.find((one) => isSaidAgain(one, act.actor, anchor, words));
    if (same !== undefined) {
      marks.push(same.mark);
      continue;
    }
    const mark = freshMark(there, act.uuid);
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
  if (issue === before) return none({ issue, marks });
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
