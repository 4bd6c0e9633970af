/** Where a new task works and its base, from create's flags and the repository. */
import { counted } from "@fleet/kit/figures";
import { someOf } from "@fleet/kit/text";
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";
import { asType, CONTAINERS, NOT_WORK } from "@fleet/store/status";

import { isIsolation, ISOLATIONS, isWorkBase, WORK_BASES } from "../app/task-settings.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { isWork } from "./place-warning.ts";

/** The directory; an empty flag counts as absent. */
export function placeGiven(args: Args): Record<string, string> {
  const [isolate = "", target = "", base = ""] = [args.text("isolate"), args.text("target"), args.text("base")];
  if (isolate !== "" && !isIsolation(isolate))
    throw new Refusal(`--isolate ${isolate}: choose from ${ISOLATIONS.join(", ")}`);
  if (base !== "" && !isWorkBase(base)) throw new Refusal(`--base ${base}: choose from ${WORK_BASES.join(", ")}`);
  return {
    ...(base === "" ? {} : { base }),
    ...(isolate === "" ? {} : { isolate }),
    ...(target === "" ? {} : { target }),
  };
}

/**
 * For a task with isolation, by a flag or a setting: its target is the checked-out branch, and uncommitted changes are reported. If
 * no clone can be made, a flag is refused at once, and with the setting the task waits. `known`: the rest of its metadata.
 */
export async function placeIn(
  ctx: Ctx,
  args: Args,
  known: Readonly<Record<string, unknown>> & { readonly cwd: string },
): Promise<Record<string, string>> {
  const given = placeGiven(args);
  const withChanges = args.flag("with-changes");
  if (withChanges && given["base"] !== undefined && given["base"] !== "head")
    throw new Refusal(`--with-changes begins at what is checked out: without --base ${given["base"]}`);
  if (given["isolate"] === "none" || (await ctx.acting()).inside !== undefined || !isWorkedOn(args)) {
    if (withChanges) throw noClone();
    return given;
  }
  const { cloneOf, uncommittedWarning } = await import("../app/views/clone-of.ts");
  const cwd = typeof known["cwd"] === "string" ? known["cwd"] : "";
  const made = await cloneOf(ctx.home, { ...known, ...given }, ctx.io.env);
  const isByFlag = given["isolate"] === "clone";
  switch (made.kind) {
    case "none":
      if (withChanges) throw noClone();
      return given;
    case "refused":
      if (withChanges) throw new Refusal(`--with-changes: ${made.why}`);
      if (isByFlag) throw new Refusal(`--isolate clone: ${made.why}`);
      ctx.warn(`⚠ it waits: ${made.why}`);
      return given;
    case "possible": {
      const { branch, uncommitted = 0 } = made;
      const keeps = withChanges && uncommitted > 0 && !args.flag("dry-run");
      const changes = keeps ? await changesIn(ctx, cwd, uncommitted) : {};
      warnOf(ctx, made, withChanges ? undefined : uncommittedWarning(cwd, uncommitted));
      const target = branch === undefined || given["target"] !== undefined ? {} : { target: branch };
      return { ...given, ...target, ...changes };
    }
  }
}

/** The same for an existing task that has not begun; the reports go to the person who changes it. */
export async function warnOfPlace(ctx: Ctx, args: Args, issue: Issue): Promise<void> {
  if (Object.keys(placeGiven(args)).length === 0 || (await ctx.acting()).inside !== undefined) return;
  const [{ cloneOf, uncommittedWarning }, { hasBegun }] = await Promise.all([
    import("../app/views/clone-of.ts"),
    import("../app/views/clonable.ts"),
  ]);
  if (!isWork(issue) || hasBegun(ctx.home, issue.id)) return;
  const made = await cloneOf(ctx.home, issue.metadata ?? {}, ctx.io.env);
  const isWithChanges = setting(issue, "changes") !== undefined;
  if (made.kind === "refused") ctx.warn(`⚠ it waits: ${made.why}`);
  else if (made.kind === "possible")
    warnOf(ctx, made, isWithChanges ? undefined : uncommittedWarning(setting(issue, "cwd") ?? "", made.uncommitted));
}

function warnOf(ctx: Ctx, { waits }: { readonly waits: string | undefined }, uncommitted: string | undefined): void {
  if (waits !== undefined) ctx.warn(`⚠ it waits: ${waits}`);
  if (uncommitted !== undefined) ctx.warn(uncommitted);
}

const noClone = (): Refusal => new Refusal("--with-changes is of a task that works in a clone: --isolate clone");

/** Epics and messages get no clone. */
function isWorkedOn(args: Args): boolean {
  const type = asType(args.text("type") || "task");
  return !CONTAINERS.has(type) && !NOT_WORK.has(type);
}

async function changesIn(ctx: Ctx, cwd: string, count: number): Promise<Record<string, string>> {
  const { changesOf } = await import("../app/operations/keep-changes.ts");
  const kept = await changesOf(ctx.home, cwd, ctx.io);
  if (kept.kind === "refused") throw new Refusal(`--with-changes: ${kept.why}`);
  const left = kept.left.length === 0 ? "" : `; but for ${someOf(kept.left, 3)}`;
  ctx.warn(`⚠ ${counted(count, "file")} of ${cwd} not committed: the work begins with them as they are now${left}`);
  return { changes: kept.commit };
}
