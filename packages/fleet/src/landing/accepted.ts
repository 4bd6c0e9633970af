/**
 * What lands of a task: the files of the attempt that was accepted, exactly as they were accepted. Later changes to its workspace and
 * later attempts are not included.
 */
import { basename } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { acceptedOf } from "@fleet/store/claims";
import type { Accepted } from "@fleet/store/record-shapes";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf, dirOf } from "../attempts/records/paths.ts";
import { readTaken, type TakenRecord } from "../attempts/records/taken.ts";
import { keptOf } from "../workspaces/kept.ts";

export interface Work {
  readonly depot: string;
  /** Undefined without a verdict: a person closed the task. */
  readonly accepted: Accepted | undefined;
  /** The commit of its files. */
  readonly files: string;
  /** The tip of the task's branch at that moment. */
  readonly tip: string | undefined;
}

export type FoundWork =
  | { readonly kind: "work"; readonly work: Work }
  /** Nothing can land; `why` names the command that changes it. */
  | { readonly kind: "none"; readonly why: string; readonly mend: string };

const takenIn = (dir: string): TakenRecord | undefined => ifReadable(() => readTaken(dir));

/** The last attempt that did any work, whether or not its work could be kept. */
const lastTaken = (home: string, id: string): string | undefined =>
  attemptsOf(home, id).findLast(({ dir }) => takenIn(dir) !== undefined)?.dir;

export function workOf(home: string, issue: Issue): FoundWork {
  const { id } = issue;
  const accepted = acceptedOf(issue);
  const dir = accepted === undefined ? lastTaken(home, id) : dirOf(home, id, accepted.attempt);
  const kept = keptOf(home, id);
  // `fleet gc` may have deleted the task's records; then the refs tell which attempt was the last.
  const name = dir === undefined ? kept.at(-1)?.attempt : basename(dir);
  const of = kept.findLast(({ attempt }) => attempt === name);
  const refs = of?.refs;
  const taken = dir === undefined ? undefined : takenIn(dir);
  if (taken?.kind === "not-taken")
    return {
      kind: "none",
      why: `the work of attempt ${name} of ${id} could not be kept (${taken.why})`,
      mend: `fleet retry ${id}`,
    };
  const [files, tip] = [refs?.get("snapshot"), refs?.get("branch")];
  if (of === undefined || files === undefined)
    return { kind: "none", why: `nothing is kept of the work of ${id}`, mend: `fleet task ${id}` };
  const isAsAccepted = accepted?.head === undefined || accepted.head === files;
  const isAsTaken = taken === undefined || (taken.snapshot === files && taken.tip === tip);
  if (isAsAccepted && isAsTaken) return { kind: "work", work: { depot: of.depot, accepted, files, tip } };
  return {
    kind: "none",
    why: `what is kept of attempt ${name} of ${id} is not what was accepted`,
    mend: `fleet retry ${id}`,
  };
}
