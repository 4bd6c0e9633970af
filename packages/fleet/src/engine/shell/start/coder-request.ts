/** What a coder is asked to run: the prompt, the session it goes on with, and what it is to keep to. */
import type { Coder, CoderRequest } from "@fleet/coders/coder";
import { fleetRecord } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import type { Account } from "../../../settings/accounts/accounts.ts";
import { shortPath } from "../../../attempts/process/short-path.ts";
import { scratchDir } from "../../../attempts/records/output.ts";
import { promptPath } from "../../../attempts/records/record.ts";
import type { Config } from "../../../settings/schema.ts";
import { type Asked, askedOf } from "../../../attempts/evidence/asked.ts";
import { isScoped } from "../../../attempts/evidence/scope.ts";
import type { Limits } from "../../../settings/limits/limits.ts";
import { unmeasured } from "../../../settings/limits/measurable.ts";
import { FLAG, isOver, measures, measureText } from "../../../attempts/limits/measure.ts";
import { limitsOf, spentOn } from "../../../attempts/limits/of-task.ts";
import type { Spent } from "../../../attempts/records/spent.ts";
import { childEnvironment, mcpServer, variablesFor } from "./child-environment.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { CannotStart } from "./not-started.ts";
import { promptFor } from "./prompt-for.ts";
import { hookCommand } from "./scope-hook.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { sessionAccount } from "../../core/tasks.ts";

interface Chosen {
  readonly coder: Coder;
  readonly account: Account;
  readonly cwd: string;
  /** Its disk holds names that differ by the case of their letters for one. */
  readonly ignoresCase: boolean;
  readonly workspace: WorkspaceRecord | undefined;
}

export interface Made {
  readonly request: CoderRequest & { readonly env: Readonly<Record<string, string>> };
  readonly model: string | undefined;
  readonly asked: Asked;
  readonly checkTimeout: number;
  /** What it may not change, as the settings have it. */
  readonly protect: readonly string[];
  /** Of its environment: what config.yaml sets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly spent: Spent;
}

/** Throws CannotStart where the task's limits can't be kept. */
export function requestFor(
  context: Context,
  handle: Handle,
  issue: Issue,
  { coder, account, cwd, ignoresCase, workspace }: Chosen,
): Made {
  const config = context.config();
  const { dir } = handle;
  // What the coder is told of its files ends up in its arguments, and in those of its tools.
  const told = shortPath(dir, handle.ref.uuid);
  const scratch = scratchDir(told);
  const env = childEnvironment(context, handle, issue);
  const asked = askedOf(issue, config, ignoresCase);
  const prompt = promptFor(context, handle, issue, { coder, cwd, workspace, asked });
  const { session, session_coder } = fleetRecord(issue);
  const resume =
    coder.capabilities.resumes && session_coder === coder.name && sessionAccount(issue) === account.name
      ? session
      : undefined;
  const chosen = effective(config, issue, coder.name);
  const model = chosen.value("model") ?? undefined;
  const spent = spentOn(context.home, handle.task, handle.ref.uuid);
  const limits = limitsToKeep(issue, config, coder, spent);
  const request = {
    prompt,
    promptFile: promptPath(told),
    cwd,
    sessionId: context.uuid.v4(),
    scratch,
    env,
    root: process.getuid?.() === 0,
    ...(model === undefined ? {} : { model }),
    ...(resume === undefined ? {} : { resume }),
    ...(limits.usd === undefined ? {} : { budgetUsd: limits.usd - spent.usd }),
    ...(chosen.value("mcp") && coder.capabilities.takesMcp ? { mcp: mcpServer(context, handle, scratch) } : {}),
    ...(isScoped(asked)
      ? {
          scope: { allow: asked.allow, deny: asked.deny, hook: hookCommand(context.home, scratch, cwd, asked) },
        }
      : {}),
  };
  const variables = variablesFor(context, handle, issue);
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

/** Throws where they can't be kept, or are used up. */
function limitsToKeep(issue: Issue, config: Config, coder: Coder, spent: Spent): Limits {
  const read = limitsOf(issue, config);
  if (!read.ok) throw new CannotStart("refused", `metadata.limits: ${read.problems.join("; ")}`);
  const [problem] = unmeasured(read.limits, coder);
  if (problem !== undefined) throw new CannotStart("refused", `${FLAG[problem.limit]}: ${problem.why}`);
  const over = measures(read.limits, { ...spent }).find(isOver);
  if (over !== undefined)
    throw new CannotStart("refused", `the task has used ${measureText(over)} (${FLAG[over.limit]} raises it)`);
  return read.limits;
}
