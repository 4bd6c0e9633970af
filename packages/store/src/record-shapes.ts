/** The parts of fleet's own record on an issue, as they are written: what an attempt asked, what a person said of its work, and how that lands. */
import { array, boolean, type Infer, is, number, object, optional, record, string } from "./shape.ts";

/** A question of an attempt to a person. Whether it is still open: questions.ts. */
const question = object({
  /** Also that of the comment which shows it. */
  id: string,
  /** Who asked, by name and by attempt. */
  by: string,
  attempt: object({ n: number, uuid: string }),
  /** RFC 3339: when it was asked. */
  at: string,
  text: string,
  /** Answers to choose from; another one is as good. */
  options: optional(array(string)),
  /** RFC 3339: so long the asker itself waits for the answer. Absent: the task is blocked until it is there. */
  until: optional(string),
  /** RFC 3339: when the asker gave up waiting; of one that blocks the task: when it was withdrawn, or the task was put back. */
  ended: optional(string),
  answer: optional(object({ text: string, by: string, at: string })),
});

export type Question = Infer<typeof question>;

export const questions = array(question);

/** True for a list of questions that can be understood. */
export const areQuestions = (value: unknown): value is Question[] => is(questions, value);

/** Work that waits for a person: what they need to approve it or to send it back. */
export const review = object({
  attempt: object({ n: number, uuid: string }),
  /** RFC 3339: since when it waits. */
  at: string,
  /** The agent's own words; of work that fleet believes, what its closing is to say. */
  claim: string,
  /** The change, in one line. */
  change: string,
  /** It says that nothing has to. */
  no_change: optional(boolean),
  /** The commit of its files, where they are kept: what is approved is exactly that. */
  head: optional(string),
  /** Why it is not believed, a line on each. */
  missing: array(string),
  /** How strong what shows the work is, where fleet believes it and a person is to see it. Absent: it does not believe it. */
  grade: optional(string),
  /** An approval that holds no longer: whose it was, and which files are not what was approved. */
  voided: optional(object({ by: string, at: string, moved: array(string) })),
});

export type Review = Infer<typeof review>;

/**
 * A person's word on work: what it names is this state of it, and no other. `files`: of each file that it changes, what changed
 * in it and what it then is; absent where nobody could tell, or they were too many.
 */
export const approval = object({
  by: string,
  /** RFC 3339. */
  at: string,
  attempt: object({ n: number, uuid: string }),
  /** Where it began, the commit that has the files as they were shown, and its tree; absent where none is kept. */
  base: optional(string),
  head: optional(string),
  tree: optional(string),
  /** Of all of it. */
  content: optional(string),
  files: optional(record(object({ change: string, file: string }))),
});

export type Approval = Infer<typeof approval>;

/** The pull request of its work, where there is one: open until somebody merges or closes it. */
export const pull = object({
  number: number,
  url: string,
  /** The commit that was pushed last. */
  head: string,
  /** The work as which it was accepted; absent where that is the same commit. */
  work: optional(string),
  /** The commit that was pushed before that: merged as this one, it was merged without the last. */
  was: optional(string),
  /** As which commit of its target it was merged, or its address where nobody knows that: it is over. */
  merged: optional(string),
  /** RFC 3339: when that was. */
  at: string,
  /** Keys of the remarks and failed checks that were sent back already. */
  told: array(string),
  /** How often something of it was sent back; never set back. */
  rounds: number,
});

export type Pull = Infer<typeof pull>;

/** A request for changes: each attempt is told, until one claims that it is done. */
export const rework = object({ by: string, at: string, words: string, attempt: object({ n: number, uuid: string }) });

/** Whose work in a clone was accepted, by its proof or by a person, and as which commit of its files. */
export const accepted = object({ attempt: object({ n: number, uuid: string }), head: optional(string) });

export type Accepted = Infer<typeof accepted>;

/** Work that is done and accepted, and not on its target yet: the task closes when it is. */
export const landing = object({
  attempt: object({ n: number, uuid: string }),
  /** RFC 3339: since when it waits. */
  at: string,
  /** The close reason to use. */
  reason: string,
});

export type LandingStage = Infer<typeof landing>;

/** How often a task was given back because it could not land, and what could not the last time. */
export const landingRound = object({
  n: number,
  /** Of the target. */
  tip: string,
  /** The uuid of the attempt whose work was to land. */
  attempt: string,
});

export type LandingRound = Infer<typeof landingRound>;
