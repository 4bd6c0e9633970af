/** tasks/ID/result.json: the answer that a task was for. It is the task's, and outlives the records of its attempts. */
import { join } from "node:path";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { MIB } from "@fleet/kit/read";
import { type Redact, redactedJson } from "@fleet/kit/redact";

import * as z from "zod/mini";

import { taskDir } from "../records/paths.ts";

const schema = z.object({
  /** The attempt that gave it. */
  attempt: z.number(),
  /** Where it was written; absent: it is the closing words. */
  file: z.optional(z.string()),
  text: z.string(),
  /** RFC 3339. */
  at: z.string(),
});
export type KeptAnswer = z.infer<typeof schema>;

const pathOf = (home: string, task: string): string => join(taskDir(home, task), "result.json");
/** Its text is a MiB at most, and longer as JSON. */
const MOST = 8 * MIB;

export const readKeptAnswer = (home: string, task: string): KeptAnswer | undefined =>
  readJsonAs(pathOf(home, task), schema, { most: MOST });
export const keepAnswer = (home: string, task: string, answer: KeptAnswer, redact: Redact): void =>
  replaceFile(pathOf(home, task), redactedJson(answer, redact, 2));
