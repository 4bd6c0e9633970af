/** Resolves the issues that arguments name. */
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Ctx } from "./context.ts";
import { Refusal, worded } from "./errors.ts";
import { lastTouched } from "./last-touched.ts";

/** The arguments; without any, the last touched issue, which in an attempt is its own task. */
export function idsOrLast(ctx: Ctx, given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const last = lastTouched(ctx);
  if (last === undefined) throw new Refusal("no issue ID provided and no last touched issue");
  return [last];
}

/** The issue, or bd's usual refusal. */
export function findOrRefuse(snapshot: Snapshot, argument: string, doing = "resolving"): Issue {
  try {
    return find(snapshot, argument);
  } catch (error) {
    const { message, hint } = worded(error);
    throw new Refusal(`${doing} ${argument}: ${message}`, { cause: error, hint });
  }
}
