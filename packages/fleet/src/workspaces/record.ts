/** What a task's workspace is made of, in a file of the task's: written before anything is made, and when it is ready. */
import * as z from "zod/mini";

import { ensureDir, replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { dirname } from "node:path";

import { baseFrom } from "./base-from.ts";
import { recordPath, workDir } from "./paths.ts";

const schema = z.object({
  /** The top of the workspace. */
  dir: z.string(),
  /** The task's directory below the top, where its attempts start: "" for the top itself. */
  below: z.string(),
  branch: z.string(),
  /** The commit that it began at, or was brought onto since: its branch has it. */
  base: z.string(),
  /**
   * What changes are measured from instead, since the work was brought onto a newer state of its target that has not all of what it
   * began at (measured.ts): `base` is then that state. Absent: from the base.
   */
  measured: z.optional(z.string()),
  /** What that commit is; absent where it is not known yet, and in what was written before it was told. */
  base_from: z.optional(baseFrom),
  /** The base is yet to be found: the source's own commit stands in its place. */
  unbased: z.optional(z.boolean()),
  /** The branch of the source that its work is for; absent where the source's HEAD was detached. */
  target: z.optional(z.string()),
  source: z.object({ top: z.string(), common_dir: z.string() }),
  depot: z.string(),
  /** The ref that keeps its base in the source, where the depot borrows from that (direct.ts). */
  source_ref: z.optional(z.string()),
  /** The first of its ports. */
  ports: z.optional(z.number()),
  /** How many files that git ignores were copied from the source, and which were the first; absent where none were. */
  included: z.optional(z.object({ files: z.number(), first: z.array(z.string()) })),
  /** The text of `objects/info/alternates`, byte for byte. */
  alternates: z.string(),
  made_at: z.string(),
  /** How it was set up: by which command, how long that took, and where its output is. Absent: by none, or not yet. */
  setup: z.optional(z.object({ command: z.string(), ms: z.number(), output: z.string() })),
  /** It is being put back to how it was before that attempt; `replaced`: the ref that keeps how it was when that began. */
  restoring: z.optional(z.object({ before: z.number(), replaced: z.string() })),
  /** Until then it is made again by whoever needs it. */
  ready: z.boolean(),
});
export type WorkspaceRecord = z.infer<typeof schema>;

export const readWorkspace = (home: string, task: string): WorkspaceRecord | undefined =>
  readJsonAs(recordPath(home, task), schema);

/** The commit that changes are measured from. */
export const changesFrom = ({ base, measured }: Pick<WorkspaceRecord, "base" | "measured">): string => measured ?? base;

/**
 * What its processes are told: where git is to stop looking for a repository above (in an emptied workspace it would commit into
 * one around the home), whose clone it is, which ports are its own.
 */
export const workspaceVariables = (home: string, { source, ports }: WorkspaceRecord): Record<string, string> => ({
  GIT_CEILING_DIRECTORIES: workDir(home),
  FLEET_PROJECT: source.top,
  ...(ports === undefined ? {} : { FLEET_PORT_BASE: String(ports) }),
});

/** One that is not ready need not outlive the machine: what it tells of is made again. */
export function writeWorkspace(home: string, task: string, record: WorkspaceRecord): void {
  const path = recordPath(home, task);
  ensureDir(dirname(path), 0o700);
  replaceFile(path, `${JSON.stringify(record, undefined, 2)}\n`, { sync: record.ready });
}
