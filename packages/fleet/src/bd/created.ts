/** What `create` says of a task beside bd's own lines: who will work on it, where, and what of that looks like a slip. */
import { realpathSync } from "node:fs";

import { dotGit } from "@fleet/kit/git/dot-git";
import { setting } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { CONTAINERS, NOT_WORK } from "@fleet/store/status";

import { askedOf } from "../attempts/evidence/asked.ts";
import { coderOf, cwdOf, modelOf } from "../engine/core/tasks.ts";
import { settingsInForce } from "../settings/in-force.ts";
import type { Config } from "../settings/schema.ts";
import type { Ctx } from "./context.ts";
import { SHELL } from "./what-runs.ts";

/** A coder works on it. */
export const isWork = ({ issue_type: type }: Issue): boolean => !CONTAINERS.has(type) && !NOT_WORK.has(type);

export const runLines = (ctx: Ctx, issue: Issue): string[] =>
  isWork(issue) ? linesOf(issue, settingsInForce(ctx.home, ctx.store()).config) : [];

function linesOf(issue: Issue, config: Config): string[] {
  const [coder, model, cwd] = [coderOf(issue, config), modelOf(issue, config), cwdOf(issue)];
  const named = `${coder}${model === undefined ? "" : `/${model}`}`;
  const { checks } = askedOf(issue, config);
  return [
    coder === ""
      ? `Coder: none, so it waits: fleet update ${issue.id} --coder NAME (fleet coders lists them)`
      : `Coder: ${named}${setting(issue, "coder") === undefined ? " (default)" : ""}`,
    `Directory: ${cwd}`,
    ...(checks.length === 0 ? [] : [`Checks: ${checks.join("; ")}`]),
  ];
}

/** Undefined where its directory is one in which an agent may work. */
export function placeWarning(ctx: Ctx, issue: Issue): string | undefined {
  const cwd = cwdOf(issue);
  if (!isWork(issue) || cwd === "") return undefined;
  const other = `to name another: fleet update ${issue.id} --cwd DIR`;
  if (cwd === "/") return `⚠ It will run in /, the root of this machine; ${other}`;
  if (cwd === realHome(ctx.io.env["HOME"])) return `⚠ It will run in ${cwd}, your home directory; ${other}`;
  // A script is no agent: what it changes nobody looks for.
  if (isTracked(cwd) || coderOf(issue, settingsInForce(ctx.home, ctx.store()).config) === SHELL) return undefined;
  return `⚠ ${cwd} is in no git repository: what an agent changes there can't be compared or undone; ${other}`;
}

function realHome(home: string | undefined): string | undefined {
  try {
    return home === undefined || home === "" ? undefined : realpathSync(home);
  } catch {
    return undefined;
  }
}

/** What can't be looked at is not warned of. */
function isTracked(dir: string): boolean {
  try {
    return dotGit(dir) !== undefined;
  } catch {
    return true;
  }
}
