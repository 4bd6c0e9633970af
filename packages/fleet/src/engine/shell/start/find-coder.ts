/** Looks for the coder of an attempt that is about to start, and says with which PATH it starts. */
import { findProgram } from "@fleet/kit/process/find";
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import { binDir } from "../../../program/shim.ts";
import { attemptPath, missingText, searchOrder } from "../../core/search-path.ts";
import type { Context } from "../loop/context.ts";
import { foundCoders } from "../state/found-coders.ts";
import { CannotStart } from "./not-started.ts";

interface Wanted {
  readonly coder: string;
  /** The PATH that config.yaml sets for it. */
  readonly set: string | undefined;
  readonly file: string;
  readonly cwd: string;
}

/** Throws CannotStart where it is found nowhere. */
export function pathWith(context: Context, issue: Issue, { coder, set, file, cwd }: Wanted): string {
  const order = searchOrder({
    set,
    task: setting(issue, "path"),
    supervisor: context.env["PATH"],
    found: foundCoders(context.home)[coder],
  });
  const foundIn = order.find(({ path }) => findProgram(file, path, cwd) !== undefined);
  if (foundIn === undefined) throw new CannotStart("coder-missing", missingText(file, order, cwd));
  return attemptPath(binDir(context.home), order, foundIn);
}
