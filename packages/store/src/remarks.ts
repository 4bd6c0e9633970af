/**
 * Remarks of a review: comments that name a line of a file, in a text that any viewer shows and that says all of it, so that an
 * export by another tool loses nothing. Whoever answers one begins a comment with its mark. Pure.
 */
import { clip } from "@fleet/kit/text";

import type { Comment, Issue } from "./issue.ts";

export interface Anchor {
  /** From the top of the repository. */
  readonly path: string;
  /** From 1, as it was in that commit; `head` empty: in no commit. */
  readonly line: number;
  readonly head: string;
  /** The text of that line. */
  readonly text: string;
}

interface Reply {
  readonly by: string;
  readonly at: string;
  readonly text: string;
  /** An attempt's, not a person's. */
  readonly isAgents: boolean;
}

export interface Remark extends Anchor {
  /** Four hexadecimal digits by which it is answered. */
  readonly mark: string;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  readonly words: string;
  readonly replies: readonly Reply[];
}

/** `claude/7f3a`: how an attempt is called in the queue. */
const isAttemptName = (author: string): boolean => /.\/[0-9a-f]{4}$/.test(author);

/** Longer lines are known by how they begin. */
const LONGEST = 200;
const NO_COMMIT = "no commit";

/** As it is kept of a line. */
export const anchorText = (line: string): string => clip(line.trimEnd(), LONGEST);

export const remarkText = (mark: string, { path, line, head, text }: Anchor, words: string): string =>
  `Review ${mark}: ${path}:${line} at ${head === "" ? NO_COMMIT : head.slice(0, 12)}\n> ${anchorText(text)}\n\n${words}`;

/** Only \n ends a line here: what a line of a file has in it (a carriage return, U+2028) ends none. */
const FORM = /^Review ([0-9a-f]{4}): ([^\n]+):([1-9]\d{0,8}) at ([0-9a-f]{7,64}|no commit)\n> ?([^\n]*)\n\n?([^]+)$/;

/** Remarks of persons, the oldest first; what an attempt writes in this form is a plain comment. */
export function remarksOf({ comments = [] }: Pick<Issue, "comments">): Remark[] {
  const all = comments.map((comment) => ({ ...comment, text: comment.text.replaceAll("\r\n", "\n") }));
  const found = all.flatMap((comment) => remarkIn(comment) ?? []);
  if (found.length === 0) return [];
  const marks = new Set(found.map(({ mark }) => mark));
  const answers = all.filter((comment) => remarkIn(comment) === undefined).flatMap((one) => answersIn(one, marks));
  return found.map((remark) => ({
    ...remark,
    replies: answers.filter(({ to }) => to.has(remark.mark)).map(({ reply }) => reply),
  }));
}

function remarkIn({ author: by = "?", created_at: at, text: whole }: Comment): Omit<Remark, "replies"> | undefined {
  const [, mark, path, line, head, text, words] = FORM.exec(whole) ?? [];
  if (mark === undefined || path === undefined || isAttemptName(by)) return undefined;
  return {
    mark,
    path,
    line: Number(line),
    head: head === undefined || head === NO_COMMIT ? "" : head,
    text: text ?? "",
    by,
    at,
    words: (words ?? "").trim(),
  };
}

interface Answer {
  readonly to: ReadonlySet<string>;
  readonly reply: Reply;
}

/** `7f3a:`, `- 7f3a, 0b0b:`, `**7f3a**:`, `[7f3a] and [0b0b]:` in front of a line. */
const ADDRESS = /^\s*(?:[-*]\s+)?((?:[[`*]*[0-9a-f]{4}[\]`*]*(?:\s*(?:,|&|and)\s*|\s*(?=:)))+):[`*]*[ \t]*/;

/** The answers in a comment, by remark: each begins on a line with the remark's mark and ends before the next such line. */
function answersIn({ author: by = "?", created_at: at, text }: Comment, marks: ReadonlySet<string>): Answer[] {
  const parts: { readonly to: ReadonlySet<string>; readonly lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const [address = "", list = ""] = ADDRESS.exec(line) ?? [];
    const to = new Set((list.match(/[0-9a-f]{4}/g) ?? []).filter((mark) => marks.has(mark)));
    if (to.size > 0) parts.push({ to, lines: [line.slice(address.length)] });
    else parts.at(-1)?.lines.push(line);
  }
  const isAgents = isAttemptName(by);
  return parts.map(({ to, lines }) => ({ to, reply: { by, at, text: lines.join("\n").trim(), isAgents } }));
}

/** It has no answer, or a person has written after the answer. */
export const isOpenRemark = ({ replies }: Remark): boolean => replies.at(-1)?.isAgents !== true;

/** A mark that none of them has yet; `uuid`: where it comes from. */
export function freshMark(remarks: readonly Remark[], uuid: () => string): string {
  const taken = new Set(remarks.map(({ mark }) => mark));
  for (;;) {
    const mark = uuid().slice(-4);
    if (!taken.has(mark)) return mark;
  }
}
