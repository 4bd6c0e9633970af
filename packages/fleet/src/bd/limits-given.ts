/** Limits as they are given to create, q and update, refused where the coder could not be held to them. */
import type { Issue } from "@fleet/store/issue";
import { CONTAINERS } from "@fleet/store/status";

import { FLAG_HELP, flagOf, type GivenLimits, isGiven, LIMITS, mergedLimits, readFlags } from "../app/task-settings.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import type { Flags } from "./verb.ts";

export const LIMIT_FLAGS: Flags = Object.fromEntries(
  LIMITS.map((name) => [flagOf(name), { type: "string", help: FLAG_HELP[name] }] as const),
);

export function limitsGiven(args: Args): GivenLimits {
  const read = readFlags((flag) => args.text(flag));
  if (!read.ok) throw new Refusal(`${read.flag}: ${read.problem}`);
  return read.given;
}

/** Refuses limits of a task, by its metadata, that its coder does not report. */
export async function checkLimits(ctx: Ctx, metadata: Readonly<Record<string, unknown>>): Promise<void> {
  if (metadata["limits"] === undefined) return;
  const { limitsTrouble } = await import("../app/limits-trouble.ts");
  const trouble = limitsTrouble(ctx.home, metadata);
  if (trouble !== undefined) throw new Refusal(trouble);
}

/** What stands under `metadata.limits` of this issue after the change; null for nothing any more. */
export function limitsAfter(issue: Issue, given: GivenLimits): ReturnType<typeof mergedLimits> | null {
  return mergedLimits(issue.metadata?.["limits"], given) ?? null;
}

/** Checks what an update makes of the limits: new ones, or the same under another coder. */
export async function checkUpdate(
  ctx: Ctx,
  issue: Issue,
  given: GivenLimits,
  coder: string | undefined,
): Promise<void> {
  if (!isGiven(given) && coder === undefined) return;
  // No coder works on it: what it says is for the tasks of an experiment, which were checked when that began.
  if (CONTAINERS.has(issue.issue_type)) return;
  const limits = limitsAfter(issue, given) ?? undefined;
  await checkLimits(ctx, { ...issue.metadata, ...(coder === undefined ? {} : { coder }), limits });
}
