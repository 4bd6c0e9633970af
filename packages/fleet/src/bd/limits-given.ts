/** Limits given to create, q and update; refused where the coder can't enforce them. */
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

/** Refuses limits that the task's coder does not report usage for. */
export async function checkLimits(ctx: Ctx, metadata: Readonly<Record<string, unknown>>): Promise<void> {
  if (metadata["limits"] === undefined) return;
  const { limitsTrouble } = await import("../app/limits-trouble.ts");
  const trouble = limitsTrouble(ctx.home, metadata);
  if (trouble !== undefined) throw new Refusal(trouble);
}

/** The issue's `metadata.limits` after the change; null for none left. */
export function limitsAfter(issue: Issue, given: GivenLimits): ReturnType<typeof mergedLimits> | null {
  return mergedLimits(issue.metadata?.["limits"], given) ?? null;
}

/** Checks an update's effect on the limits: new ones, or the same ones with another coder. */
export async function checkUpdate(
  ctx: Ctx,
  issue: Issue,
  given: GivenLimits,
  coder: string | undefined,
): Promise<void> {
  if (!isGiven(given) && coder === undefined) return;
  // No coder works on an experiment itself: its limits are for its tasks, and were checked when it began.
  if (CONTAINERS.has(issue.issue_type)) return;
  const limits = limitsAfter(issue, given) ?? undefined;
  await checkLimits(ctx, { ...issue.metadata, ...(coder === undefined ? {} : { coder }), limits });
}
