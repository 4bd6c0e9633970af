/** Whether an attempt can be held to the limits of its task: what can't be measured, or is used up, starts nothing. Pure. */
import type { Coder } from "@fleet/coders/coder";

import { FLAG, isOver, measures, measureText } from "../../attempts/limits/measure.ts";
import type { limitsOf } from "../../attempts/limits/of-task.ts";
import type { Spent } from "../../attempts/records/spent.ts";
import type { Limits } from "../../settings/limits/limits.ts";
import { unmeasured } from "../../settings/limits/measurable.ts";

type Kept =
  | { readonly kind: "kept"; readonly limits: Limits }
  /** In words, with the flag that changes it. */
  | { readonly kind: "refused"; readonly why: string };

/** `read`: as they are written; `spent`: by the task's earlier attempts. */
export function limitsToKeep(
  read: ReturnType<typeof limitsOf>,
  coder: Pick<Coder, "name" | "capabilities">,
  spent: Spent,
): Kept {
  if (!read.ok) return { kind: "refused", why: `metadata.limits: ${read.problems.join("; ")}` };
  const { limits } = read;
  const [problem] = unmeasured(limits, coder);
  if (problem !== undefined) return { kind: "refused", why: `${FLAG[problem.limit]}: ${problem.why}` };
  const over = measures(limits, { ...spent }).find(isOver);
  if (over !== undefined)
    return { kind: "refused", why: `the task has used ${measureText(over)} (${FLAG[over.limit]} raises it)` };
  return { kind: "kept", limits };
}
