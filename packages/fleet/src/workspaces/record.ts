/** The record of a task's workspace: written before anything is made, and again when it is ready. */
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
  /** The commit that the work began at, or was rebased onto; its branch contains it. */
  base: z.string(),
  /**
   * The commit that changes are measured from, if the work was rebased onto a target state that lacks some of what it began with
   * (measured.ts); `base` is then that state. Absent: the base.
   */
  measured: z.optional(z.string()),
  /** How the base was found; absent where it is not known yet, and in records of older versions. */
  base_from: z.optional(baseFrom),
  /** The base has not been found yet; the source's own commit stands in for it. */
  unbased: z.optional(z.boolean()),
  /** The target branch; absent where the source's HEAD was detached. */
  target: z.optional(z.string()),
  source: z.object({ top: z.string(), common_dir: z.string() }),
  depot: z.string(),
  /** The ref that keeps its base in the source, where the depot borrows from that (direct.ts). */
  source_ref: z.optional(z.string()),
  /** The first of its ports. */
  ports: z.optional(z.number()),
  /** How many ignored files were copied from the source, and the names of the first ones; absent where none were. */
  included: z.optional(z.object({ files: z.number(), first: z.array(z.string()) })),
  /** The exact bytes of `objects/info/alternates`. */
  alternates: z.string(),
  made_at: z.string(),
  /** Its setup: the command, its duration and output file. Absent: there is none, or it has not run yet. */
  setup: z.optional(z.object({ command: z.string(), ms: z.number(), output: z.string() })),
  /** It is being restored to the state before that attempt; `replaced`: the ref that keeps the state when the restore began. */
  restoring: z.optional(z.object({ before: z.number(), replaced: z.string() })),
  /** Until it is ready, the next call makes it again. */
  ready: z.boolean(),
});
export type WorkspaceRecord = z.infer<typeof schema>;

export const readWorkspace = (home: string, task: string): WorkspaceRecord | undefined =>
  readJsonAs(recordPath(home, task), schema);

/** The commit that changes are measured from. */
export const changesFrom = ({ base, measured }: Pick<WorkspaceRecord, "base" | "measured">): string => measured ?? base;

/**
 * Environment of its processes: where git stops searching for a repository (in an emptied workspace it would commit into one around
 * the home), whose clone this is, and its ports.
 */
export const workspaceVariables = (home: string, { source, ports }: WorkspaceRecord): Record<string, string> => ({
  GIT_CEILING_DIRECTORIES: workDir(home),
  FLEET_PROJECT: source.top,
  ...(ports === undefined ? {} : { FLEET_PORT_BASE: String(ports) }),
});

/** Not fsynced until ready: what it describes can be made again. */
export function writeWorkspace(home: string, task: string, record: WorkspaceRecord): void {
  const path = recordPath(home, task);
  ensureDir(dirname(path), 0o700);
  replaceFile(path, `${JSON.stringify(record, undefined, 2)}\n`, { sync: record.ready });
}
