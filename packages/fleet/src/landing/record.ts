/**
 * A task's landing record. Each candidate is recorded before anything moves, so that a look at the target can tell later whether it
 * landed. Flushed to disk before the call returns.
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
  /** Of a merged pull request: the commit that fleet had pushed. `candidate` is then the commit that the host merged it as. */
  pushed: z.optional(z.string()),
  /** When it stopped counting, because it was undone. */
  voided_at: z.optional(z.string()),
});

/** Why it was sent back, for the next attempt: both sides of a conflict, or what a check printed. */
const back = z.object({
  kind: z.enum(["conflict", "red"]),
  /** One line. */
  reason: z.string(),
  at: z.string(),
  target: z.string(),
  /** The name or URL of the remote that has the target; absent: the target is a branch of the source. */
  remote: z.optional(z.string()),
  /** The tip of the target. */
  tip: z.string(),
  /** Files in conflict; none where a check failed. */
  files: z.array(z.string()),
  /** Subjects of commits that the target has and the work has not: those that touch these files, or all. */
  theirs: z.array(z.string()),
  check: z.optional(z.object({ command: z.string(), how: z.string(), output: z.string() })),
});

/** An undo, done or about to be done: the commit that reverts, and the target before it. */
const undo = z.object({
  candidate: z.string(),
  of: z.string(),
  before: z.string(),
  /** All commits that contained the work, oldest first; absent in records of older versions. */
  commits: z.optional(z.array(z.string())),
  at: z.string(),
  /** Once the target has `candidate`, candidates up to this one no longer prove a landing; absent: that was applied at once. */
  n: z.optional(z.number()),
  /** The undo put its task back in the queue. */
  told: z.optional(z.boolean()),
});

const schema = z.object({
  undo: z.optional(undo),
  back: z.optional(back),
  intents: z.array(intent),
  /** When and where it was seen on the target. */
  landed: z.optional(
    z.object({
      commit: z.string(),
      target: z.string(),
      at: z.string(),
      /** The accepted commit that it contains; absent in records of older versions. */
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

/** Why it can't land yet; cleared once it can. */
export const backOf = ({ back: last, landed }: LandingRecord): Back | undefined =>
  landed === undefined || (last !== undefined && last.at > landed.at) ? last : undefined;

/** Candidates that may be on the target. */
export const standing = ({ intents }: LandingRecord): readonly Intent[] =>
  intents.filter(({ voided_at }) => voided_at === undefined);

/** Adds this candidate; adding it again changes nothing. */
export function withIntent(record: LandingRecord, made: Omit<Intent, "n">): { record: LandingRecord; n: number } {
  const known = standing(record).find(({ candidate }) => candidate === made.candidate);
  if (known !== undefined) return { record, n: known.n };
  const n = 1 + Math.max(0, ...record.intents.map((one) => one.n));
  return { record: { ...record, intents: [...record.intents, { n, ...made }] }, n };
}

/** The undo was seen on the target: earlier candidates no longer prove a landing, nor that it failed. */
export function voided(record: LandingRecord, at: string): LandingRecord {
  const { landed: _landed, back: _back, intents, ...rest } = record;
  const last = record.undo?.n ?? Infinity;
  const asVoid = (one: Intent): Intent =>
    one.voided_at === undefined && one.n <= last ? { ...one, voided_at: at } : one;
  return { ...rest, intents: intents.map(asVoid) };
}

/** Somebody removed it from the target: earlier candidates of this work no longer prove a landing. */
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

/** Where this very work was seen on this target and not undone by fleet: if it is gone now, a person removed it on purpose. */
export function wasLanded(home: string, { task, target, head }: Target): string | undefined {
  const { landed } = readLanding(home, task);
  return landed?.head === head && landed.target === target ? landed.commit : undefined;
}

/** The target's tip at the last look. */
export const lastTip = (home: string, { task, began }: { readonly task: string; readonly began: string }): string =>
  readLanding(home, task).intents.at(-1)?.tip ?? began;
