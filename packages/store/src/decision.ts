/** What a pure operation decides on a snapshot: what changes, and how the commit reads. */
import type { Issue } from "./issue.ts";
import type { Memories } from "./memories.ts";
import type { Meta } from "./meta.ts";
import type { Person } from "./git/tree.ts";
import { printable } from "@fleet/kit/printable";
import type { Secret } from "@fleet/kit/redact";
import { clip, isBlank } from "@fleet/kit/text";

/** The attempt on whose behalf something is done: its number and its uuid. */
export type AttemptRef = {
  readonly n: number;
  readonly uuid: string;
};

export type Decision<R> =
  /** Nothing to write; the answer stands on what was read. */
  { readonly kind: "none"; readonly result: R } | ({ readonly kind: "commit"; readonly result: R } & Change);

/** What a commit of the queue did. */
export type ChangeEvent =
  /** Issues: made, changed, their ids changed, deleted, brought in from elsewhere, several of these at once. */
  | "create"
  | "update"
  | "rename"
  | "delete"
  | "import"
  | "merge"
  | "batch"
  | "doctor"
  /** Edges and comments. */
  | "dep"
  | "undep"
  | "comment"
  /** A claim taken; an attempt's claim of completion; its task back in the queue, waiting for a person, or left as it is. */
  | "claim"
  | "complete"
  /** What an attempt claims waits for a person; who sends it back. Who approves it closes it. */
  | "review"
  | "reject"
  /** The pull request of its work was opened, or has another commit. */
  | "pull"
  /** Several tasks that do the same; one of them picked, and the others closed. */
  | "experiment"
  | "pick"
  /** It is done, and waits to be brought onto its target. */
  | "land"
  | "release"
  | "block"
  | "settle"
  /** Closed, opened again, given fresh tries. */
  | "close"
  | "reopen"
  | "retry"
  /** Questions: asked, answered, given up. */
  | "ask"
  | "answer"
  | "unanswered"
  /** Memories and settings. */
  | "remember"
  | "forget"
  | "config"
  /** An earlier change taken back; and that taken back. */
  | "undo"
  | "redo";

export interface Change {
  /** The trailer Fleet-Event, and the first word of the subject. */
  readonly event: ChangeEvent;
  /** The trailer Fleet-Task. */
  readonly task?: string;
  /** The rest of the subject; line ends in it become spaces. */
  readonly subject: string;
  readonly attempt?: AttemptRef | undefined;
  /** Further lines of the message, in front of the trailers. */
  readonly body?: string;
  /** Further trailers, in order. */
  readonly trailers?: readonly (readonly [name: string, value: string])[];
  /** Issues as they are to stand; of any shard. */
  readonly issues?: readonly Issue[];
  /** Lines that are no issues and go, by shard, as they stand there: what mending took their contents from. */
  readonly dropped?: ReadonlyMap<string, ReadonlySet<string>>;
  readonly memories?: Memories;
  readonly meta?: Meta;
  /** Other files of the tree's top, by name (config.yaml). */
  readonly files?: Readonly<Record<string, string>>;
}

/** Who acts, and when. Time and chance come in, so that the operations stay pure. */
export interface Act {
  /** The author of the commit, and what `created_by`, `assignee` and a comment's author say. */
  readonly actor: string;
  /** The author's email in git, and `owner` where a person creates. */
  readonly email?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Fresh UUIDs, version 7 (comments' ids). */
  readonly uuid: () => string;
  /** Set for what is run inside an attempt: whose it is. */
  readonly inside?: {
    readonly task: string;
    readonly uuid: string;
    /** Its number, where its task does not name it any more. */
    readonly n?: number | undefined;
    /** What it was given and must not write down, here or by mistake. */
    readonly secrets?: readonly Secret[];
  };
  /** Set for what is run inside a check: it writes nothing. */
  readonly check?: true;
}

export const author = (act: Act): Person => ({
  name: printable(act.actor),
  email: printable(act.email ?? `${act.actor}@fleet.localhost`),
});

export function none<R>(result: R): Decision<R> {
  return { kind: "none", result };
}

/** One line fit for `git log --oneline`: git prints it as it is, so nothing in it drives a terminal. */
const oneLine = (text: string): string => printable(text.replaceAll(/[\s\0]+/g, " ").trim());

/** What was cut is in the issue. */
const SUBJECT_LIMIT = 100;

export function message(change: Change): string {
  const { event, task, attempt } = change;
  const subject = clip(oneLine(`${event}${task === undefined ? "" : ` ${task}`}: ${change.subject}`), SUBJECT_LIMIT);
  const trailers = [
    `Fleet-Event: ${event}`,
    ...(task === undefined ? [] : [`Fleet-Task: ${task}`]),
    ...(attempt === undefined ? [] : [`Fleet-Attempt: ${attempt.n} ${attempt.uuid}`]),
    ...(change.trailers ?? []).map(([name, value]) => `${name}: ${oneLine(value)}`),
  ];
  const body =
    change.body === undefined || isBlank(change.body) ? [] : [printable(change.body.replaceAll("\0", " ").trim()), ""];
  return [subject, "", ...body, ...trailers, ""].join("\n");
}
