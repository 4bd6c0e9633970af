/** The request to a coder: the prompt, the session to resume, and the limits to keep. */
import { join } from "node:path";

import type { Coder, CoderRequest, CopyOf } from "@fleet/coders/coder";
import { readBounded } from "@fleet/kit/read";
import { realPlace } from "@fleet/kit/real-place";
import type { Issue } from "@fleet/store/issue";

import type { Account } from "../../../settings/accounts/accounts.ts";
import { shortPath } from "../../../attempts/process/short-path.ts";
import { scratchDir } from "../../../attempts/records/output.ts";
import { artifactsDir } from "../../../attempts/records/paths.ts";
import { promptPath } from "../../../attempts/records/record.ts";
import { type Asked, askedOf } from "../../../attempts/evidence/asked.ts";
import { isScoped } from "../../../attempts/evidence/scope.ts";
import type { Limits } from "../../../settings/limits/limits.ts";
import { limitsOf, spentOn } from "../../../attempts/limits/of-task.ts";
import type { Spent } from "../../../attempts/records/spent.ts";
import { childEnvironment, mcpServer, variablesFor } from "./child-environment.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import type { Needed } from "../land/needed.ts";
import { withinBudget } from "./experiment-budget.ts";
import { CannotStart } from "./not-started.ts";
import { promptFor } from "./prompt-for.ts";
import { hookCommand } from "./scope-hook.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { limitsToKeep } from "../../core/limits-kept.ts";
import { sessionToResume } from "../../core/session.ts";

interface Chosen {
  readonly coder: Coder;
  readonly account: Account;
  readonly cwd: string;
  /** Its disk holds names that differ by the case of their letters for one. */
  readonly ignoresCase: boolean;
  readonly workspace: WorkspaceRecord | undefined;
  /** The tasks on whose work its own was begun. */
  readonly needed: readonly Needed[];
}

export interface Made {
  readonly request: CoderRequest & { readonly env: Readonly<Record<string, string>> };
  readonly model: string | undefined;
  readonly asked: Asked;
  readonly checkTimeout: number;
  /** The protected files, from the settings. */
  readonly protect: readonly string[];
  /** The part of its environment that config.yaml sets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly spent: Spent;
}

/** Throws CannotStart where the task's limits can't be kept. */
export function requestFor(
  context: Context,
  handle: Handle,
  issue: Issue,
  { coder, account, cwd, ignoresCase, workspace, needed }: Chosen,
): Made {
  const config = context.config();
  const { dir } = handle;
  // File names given to the coder end up in its arguments, and in those of its tools.
  const told = shortPath(dir, handle.ref.uuid);
  const scratch = scratchDir(told);
  const env = childEnvironment(context, handle, issue);
  const asked = askedOf(issue, config, ignoresCase);
  const prompt = promptFor(context, handle, issue, { coder, cwd, workspace, asked, needed });
  const resume = sessionToResume(issue, { coder, account: account.name });
  const chosen = effective(config, issue, coder.name);
  const model = chosen.value("model") ?? undefined;
  const spent = spentOn(context.home, handle.task, handle.ref.uuid);
  const kept = limitsToKeep(withinBudget(context, issue, limitsOf(issue, config), spent), coder, spent);
  if (kept.kind === "refused") throw new CannotStart("refused", kept.why);
  const { limits } = kept;
  const variables = variablesFor(context, handle, issue);
  const whole = { ...env, ...variables, ...account.env };
  const request = {
    prompt,
    promptFile: promptPath(told),
    cwd,
    sessionId: context.uuid.v4(),
    scratch,
    env,
    root: process.getuid?.() === 0,
    ...(workspace === undefined ? {} : { copyOf: copyOf(coder, workspace, whole) }),
    ...(model === undefined ? {} : { model }),
    ...(resume === undefined ? {} : { resume }),
    ...(limits.usd === undefined ? {} : { budgetUsd: limits.usd - spent.usd }),
    ...(chosen.value("mcp") && coder.capabilities.takesMcp ? { mcp: mcpServer(context, handle, scratch) } : {}),
    ...(isScoped(asked)
      ? {
          scope: {
            allow: asked.allow,
            deny: asked.deny,
            // Its prompt asks it to write down there what it knows.
            hook: hookCommand(context.home, scratch, {
              ...asked,
              cwd,
              free: [realPlace(artifactsDir(context.home, handle.task))],
            }),
          },
        }
      : {}),
  };
  return {
    request,
    model,
    asked,
    checkTimeout: chosen.value("check_timeout"),
    protect: chosen.value("protect"),
    variables,
    limits,
    spent,
  };
}

/** Bytes: claude keeps the histories of all projects in one file. */
const LONGEST_STATE = 32 * 1024 * 1024;

/** What the coder keeps by directory is to be that of the source: fleet reads it, and the coder says what it means. */
function copyOf({ byDirectory }: Coder, { dir, below, source }: WorkspaceRecord, env: CopyOf["env"]): CopyOf {
  const paths = byDirectory?.files(env, env["HOME"] ?? "/") ?? [];
  const texts = paths.flatMap((path): [string, string][] => {
    const seen = readBounded(path, { links: "follow", most: LONGEST_STATE });
    return seen.kind === "text" ? [[path, seen.text]] : [];
  });
  return { top: source.top, cwd: join(source.top, below), at: dir, env, texts: Object.fromEntries(texts) };
}
