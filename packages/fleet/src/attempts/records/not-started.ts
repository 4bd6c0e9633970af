/** Why an attempt was not even tried, in a file beside its fence: what becomes of its task depends on whose matter it is. */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

import { FILES } from "./files.ts";

const schema = z.object({
  kind: z.enum([
    /** The account or session it was claimed with is gone; the next claim chooses again. Not a failure of the task, so not a try. */
    "overtaken",
    /** A person has to change something before it is tried; not a failure of the coder. */
    "refused",
    /** The coder was found nowhere. */
    "coder-missing",
    /** The task's directory is not there, or is none. */
    "directory-gone",
    /** Git, the disk or a remote failed to make its workspace: not the task's failure, and no try. */
    "workspace",
    /** The command that sets up the workspaces of its project failed: the project's matter, and no try. */
    "setup",
    /** Anything else. */
    "failed",
  ]),
  /** One line for a person. */
  reason: z.string(),
});
export type NotStarted = z.infer<typeof schema>;

export const writeNotStarted = (dir: string, why: NotStarted): void =>
  replaceFile(join(dir, FILES.notStarted), `${JSON.stringify(why)}\n`);

export const readNotStarted = (dir: string): NotStarted | undefined => readJsonAs(join(dir, FILES.notStarted), schema);
