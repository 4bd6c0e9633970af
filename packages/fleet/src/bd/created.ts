/** What `create` says of a task beside bd's own lines: who will work on it, and where. It loads the settings: for people only. */
import { dotGit } from "@fleet/kit/git/dot-git";
import { setting } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { askedOf } from "../attempts/evidence/asked.ts";
import { cloneOf, uncommittedWarning } from "../app/views/clone-of.ts";
import { coderNote } from "../app/coder-note.ts";
import { coderOf, cwdOf, modelOf } from "../engine/core/tasks.ts";
import { effective } from "../settings/effective/effective.ts";
import { settingsInForce } from "../settings/in-force.ts";
import type { Config } from "../settings/schema.ts";
import type { Ctx } from "./context.ts";
import { isWork, otherPlace } from "./place-warning.ts";
import { SHELL } from "./what-runs.ts";

export const runLines = (ctx: Ctx, issue: Issue): string[] =>
  isWork(issue) ? linesOf(issue, settingsInForce(ctx.home, ctx.store()).config) : [];

function linesOf(issue: Issue, config: Config): string[] {
  const [coder, model, cwd] = [coderOf(issue, config), modelOf(issue, config), cwdOf(issue)];
  const named = `${coder}${model === undefined ? "" : `/${model}`}`;
  const { checks } = askedOf(issue, config);
  return [
    coder === ""
      ? `Coder: none, so it waits: fleet update ${issue.id} --coder NAME (fleet coders lists them)`
      : `Coder: ${named}${coderNote(effective(config, issue).of("coder").from)}`,
    `Directory: ${cwd}`,
    ...(checks.length === 0 ? [] : [`Checks: ${checks.join("; ")}`]),
  ];
}

/** What of its directory is not in the clone that a setting gives it, or why none can be made; a flag tells it before. */
export async function cloneWarning(ctx: Ctx, issue: Issue): Promise<string | undefined> {
  const cwd = cwdOf(issue);
  if (!isWork(issue) || cwd === "" || setting(issue, "isolate") !== undefined) return undefined;
  if (effective(settingsInForce(ctx.home, ctx.store()).config, issue).value("isolate") !== "clone") return undefined;
  const made = await cloneOf(ctx.home, cwd, ctx.io.env);
  if (made.kind === "refused") return `⚠ it waits: ${made.why}`;
  return uncommittedWarning(cwd, made.uncommitted);
}

/** Undefined where what an agent changes can be compared, and for a script, whose changes nobody looks for. */
export function untrackedWarning(ctx: Ctx, issue: Issue): string | undefined {
  const cwd = cwdOf(issue);
  if (!isWork(issue) || cwd === "" || isTracked(cwd)) return undefined;
  if (coderOf(issue, settingsInForce(ctx.home, ctx.store()).config) === SHELL) return undefined;
  return `⚠ ${cwd} is in no git repository: what an agent changes there can't be compared or undone; ${otherPlace(issue)}`;
}

/** What can't be looked at is not warned of. */
function isTracked(dir: string): boolean {
  try {
    return dotGit(dir) !== undefined;
  } catch {
    return true;
  }
}
