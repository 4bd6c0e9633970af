/**
 * How strong the proof of a closed task is, strongest first.
 * proved: a command that failed where the task began passes now · checked: its checks pass · expected: what was expected of
 * it is there, and it kept within its scope · changed: something is another than where it began · answer: what was asked for
 * is its answer, which is kept · already-there: a person agreed that nothing had to change · accepted: a person took it ·
 * active: tools of it ended well · exit-0: a script, whose exit status is all it says.
 */
export const GRADES = [
  "proved",
  "checked",
  "expected",
  "changed",
  "answer",
  "already-there",
  "accepted",
  "active",
  "exit-0",
] as const;
export type Grade = (typeof GRADES)[number];
