/** Updates that trust an issue from elsewhere: what has to be confirmed first, and what is reported. */
import { holdHere } from "@fleet/store/held-here";
import { releaseHere } from "@fleet/store/hold-here";
import type { Act } from "@fleet/store/decision";
import { StoreError } from "@fleet/store/errors";
import { holdOf } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import { trusts, type Update } from "@fleet/store/ops/update";

import type { Ctx } from "./context.ts";

/**
 * Setting a directory trusts what runs there. If a shell would run foreign text, or settings come from another home, that has to be
 * confirmed explicitly.
 */
export async function checkTrust(ctx: Ctx, act: Act, issue: Issue, changes: Omit<Update, "id">): Promise<void> {
  if (!trusts(changes, act) || changes.trust === true || changes.setMetadata?.["coder"] !== undefined) return;
  const isHere = holdHere(ctx.store().gitDir, issue.id) !== undefined;
  if (!isHere && holdOf(issue) === undefined) return;
  const [{ chosenIn }, { SHELL }] = await Promise.all([import("../app/views/chosen.ts"), import("./what-runs.ts")]);
  const named = changes.setMetadata?.["cwd"];
  const { coder } = chosenIn(ctx.home)(
    typeof named === "string" ? { metadata: { ...issue.metadata, cwd: named } } : issue,
  );
  if (!isHere && coder !== SHELL) return;
  const why =
    coder === SHELL
      ? `the coder ${SHELL} would run its description as a program`
      : `${coder} would work on it as the other home says`;
  throw new StoreError("invalid", `it came from elsewhere, and ${why}`, {
    mend: `add --coder NAME, or --trust: fleet bd show ${issue.id} says what it is`,
  });
}

/** Prints what will run now; also releases the hold that a sync left at this home. */
export async function sayTrusted(
  ctx: Ctx,
  act: Act,
  { before, next, changes }: { before: Issue; next: Issue; changes: Omit<Update, "id"> },
): Promise<void> {
  if (!trusts(changes, act)) return;
  const { gitDir } = ctx.store();
  const isHere = holdHere(gitDir, next.id) !== undefined;
  if (!isHere && holdOf(before) === undefined) return;
  if (isHere) releaseHere(gitDir, next.id);
  const [{ chosenIn }, { runsText, whatRuns }] = await Promise.all([
    import("../app/views/chosen.ts"),
    import("./what-runs.ts"),
  ]);
  for (const one of whatRuns([next], chosenIn(ctx.home))) ctx.warn(`Note: ${runsText(one)}`);
}
