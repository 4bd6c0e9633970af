/**
 * An attempt's directory that was deleted under it, by an agent most likely: with nowhere to write to it would never come to an end, and
 * keep its place. What the supervisor still knows of it is written there again; the rest is gone, and is not guessed.
 */
import { existsSync } from "node:fs";

import { writeAttempt } from "../../../attempts/records/record.ts";
import type { Finding } from "../../core/action.ts";
import type { Context } from "../loop/context.ts";

export function makeDirectory(
  { home, journal }: Pick<Context, "home" | "journal">,
  { task, dir, record }: Extract<Finding, { kind: "make-directory" }>,
): void {
  // A home that was deleted is not made again.
  if (!existsSync(home) || existsSync(dir)) return;
  writeAttempt(dir, record);
  journal.write("trouble", `${dir} was deleted, with what was recorded of the attempt`, { task });
}
