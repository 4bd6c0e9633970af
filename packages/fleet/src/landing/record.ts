/**
 * What is known of a task's landing, in a file of the task's: each candidate before anything moves, so that whatever happens
 * afterwards, a look at the target tells whether it landed. On the disk for sure when it returns.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceInPlace } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import { taskDir } from "../attempts/records/paths.ts";

const intent = z.object({
  n: z.number(),
  /** The tip that it was built on. */
  tip: z.string(),
  candidate: z.string(),
  /** The accepted commit that it has. */
  head: z.string(),
  at: z.string(),
  /** Since when it no longer counts: it was undone. */
  voided_at: z.optional(z.string()),
});

/** Why it went back, for whoever goes on with it: both sides of a conflict, or what a check printed. */
const back = z.object({
  kind: z.enum(["conflict", "red"]),
  /** In a line. */
  reason: z.string(),
  at: z.string(),
  target: z.string(),
  /** The name or the URL of the remote whose branch the target is; absent: it is one of the source. */
  remote: z.optional(z.string()),
  /** The tip of the target. */
  tip: z.string(),
  /** In conflict; none where a check failed. */
  files: z.array(z.string()),
  /** Titles of the commits that the target has and the work has not: of those files, or all. */
  theirs: z.array(z.string()),
  check: z.optional(z.object({ command: z.string(), how: z.string(), output: z.string() })),
});

/** Taken back, or about to be: by which commit what landed, and what the target was before that. */
const undo = z.object({
  candidate: z.string(),
  of: z.string(),
  before: z.string(),
  /** All that had it, oldest first; absent in what was written before they were told. */
  commits: z.optional(z.array(z.string())),
  at: z.string(),
  /** Up to this one, what was built says no more that it landed, once the target has `candidate`; absent: that was written down at once. */
  n: z.optional(z.number()),
  /** Its task was put back for it. */
  told: z.optional(z.boolean()),
});

const schema = z.object({
  undo: z.optional(undo),
  back: z.optional(back),
  intents: z.array(intent),
  /** As it was seen on the target. */
  landed: z.optional(
    z.object({
      commit: z.string(),
      target: z.string(),
      at: z.string(),
      /** The accepted commit that it has; absent in what was written before it was told. */
      head: z.optional(z.string()),
      /** Whose branch that is: of the source, or of a remote. */
      where: z.optional(z.enum(["here", "remote"])),
    }),
  ),
});
export type Intent = z.infer<typeof intent>;
export type LandingRecord = z.infer<typeof schema>;
export type Back = z.infer<typeof back>;

const pathOf = (home: string, task: string): string => join(taskDir(home, task), "landing.json");

export const readLanding = (home: string, task: string): LandingRecord =>
  readJsonAs(pathOf(home, task), schema) ?? { intents: [] };

export const writeLanding = (home: string, task: string, record: LandingRecord): void =>
  replaceInPlace(pathOf(home, task), `${JSON.stringify(record, undefined, 2)}\n`);

/** Why it can't land yet; undefined since it has. */
export const backOf = ({ back: last, landed }: LandingRecord): Back | undefined =>
  landed === undefined || (last !== undefined && last.at > landed.at) ? last : undefined;

/** Those that may be on the target. */
export const standing = ({ intents }: LandingRecord): readonly Intent[] =>
  intents.filter(({ voided_at }) => voided_at === undefined);

/** With this candidate, once however often it is built. */
export function withIntent(record: LandingRecord, made: Omit<Intent, "n">): { record: LandingRecord; n: number } {
  const known = standing(record).find(({ candidate }) => candidate === made.candidate);
  if (known !== undefined) return { record, n: known.n };
  const n = 1 + Math.max(0, ...record.intents.map((one) => one.n));
  return { record: { ...record, intents: [...record.intents, { n, ...made }] }, n };
}

/** Undone, as was seen on the target: nothing that was built before says any more that it landed, or could not. */
export function voided(record: LandingRecord, at: string): LandingRecord {
  const { landed: _landed, back: _back, intents, ...rest } = record;
  const last = record.undo?.n ?? Infinity;
  const asVoid = (one: Intent): Intent =>
    one.voided_at === undefined && one.n <= last ? { ...one, voided_at: at } : one;
  return { ...rest, intents: intents.map(asVoid) };
}

/** Taken off by somebody: nothing that was built for this work says any more that it landed. */
export function takenOff(record: LandingRecord, head: string, at: string): LandingRecord {
  const { landed, intents, ...rest } = record;
  const asVoid = (one: Intent): Intent => (one.head === head ? { voided_at: at, ...one } : one);
  return { ...rest, ...(landed?.head === head ? {} : { landed }), intents: intents.map(asVoid) };
}

/** Whether an undo that is written down here is to be looked for on the target. */
export const mayBeUndone = (record: LandingRecord): boolean =>
  record.undo?.n !== undefined && standing(record).some(({ n }) => n <= (record.undo?.n ?? 0));

interface Target {
  readonly task: string;
  readonly target: string;
  readonly head: string;
}

/** As what this very work was seen on this target once, and was not undone by fleet: whoever took it off meant that. */
export function wasLanded(home: string, { task, target, head }: Target): string | undefined {
  const { landed } = readLanding(home, task);
  return landed?.head === head && landed.target === target ? landed.commit : undefined;
}

/** Where the target was when it was last looked at. */
export const lastTip = (home: string, { task, began }: { readonly task: string; readonly began: string }): string =>
  readLanding(home, task).intents.at(-1)?.tip ?? began;
