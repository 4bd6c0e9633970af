/** start: from a claim to a running wrapper. Every step may be the last before a crash; the next supervisor sees which. */
import { mkdirSync, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

import { fleetRecord, setting } from "@fleet/store/claims";
import type { Coder, CoderCommand, CoderRequest, McpServer } from "@fleet/coders/coder";
import { StoreError } from "@fleet/store/errors";
import type { Issue } from "@fleet/store/issue";

import { accountNamed, written } from "../accounts/accounts.ts";
import { secretsOf, sourceVariables } from "../accounts/secrets.ts";
import { makeCgroup } from "../attempt/cgroup.ts";
import { attemptGroup } from "../attempt/cgroup-place.ts";
import { RULES } from "../attempt/outcome.ts";
import { artifactsDir, attemptDir, attemptNumbers, FILES, KNOWLEDGE, PLAN, taskDir } from "../attempt/paths.ts";
import { MARK } from "../attempt/procs.ts";
import { type AttemptRecord, fence, readOutcome, readReceipt, sessionOf, writeAttempt } from "../attempt/record.ts";
import { launch } from "../attempt/spawn.ts";
import { type Asked, askedOf } from "../evidence/asked.ts";
import type { Listing } from "../evidence/listing.ts";
import type { Place } from "../evidence/place.ts";
import { isScoped } from "../evidence/scope.ts";
import type { Config } from "../config/schema.ts";
import { FLAG, isOver, measures, measureText } from "../limits/measure.ts";
import type { Limits } from "../limits/limits.ts";
import { unmeasured } from "../limits/measurable.ts";
import { limitsOf, type Spent, spentOn } from "../limits/of-task.ts";
import { linkTo, readText, replaceFile } from "../files.ts";
import { type PromptFacts, renderPrompt } from "../prompt/render.ts";
import { TEMPLATE } from "../prompt/template.ts";
import { binDir, makeShims, quoted } from "../shim.ts";
import { noteNeighbours } from "./beside.ts";
import { attemptActor, coderNamed, type Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { lookBefore } from "./look-before.ts";
import { modelOf, sessionAccount } from "./tasks.ts";

/** What it was claimed for is not there any more; the next claim chooses again. Nobody's failure, so not a try. */
class Overtaken extends Error {}

/** Written beside the fence then: the reason, one line. */
export const START_OVERTAKEN = "start-overtaken";

/** It is not to be tried before a person has changed something; not a failure of the coder. */
class Refused extends Error {}

/** Written beside the fence when a person has to act first: the reason, one line. */
export const START_REFUSED = "start-refused";

/** Written beside the fence when an attempt could not even be tried: the reason, one line. */
export const START_ERROR = "start-error";

/**
 * False while there is nothing to do but wait. `all`: every attempt that is looked after; those in the same place are
 * told of this one, and it of them.
 */
export async function startAttempt(context: Context, handle: Handle, all: readonly Handle[]): Promise<boolean> {
  // Its directory is being looked at: a later tick starts it.
  if (handle.before !== undefined) return false;
  try {
    const issue = context.store.snapshot().issue(handle.task);
    if (issue === undefined) throw new Error(`${handle.task} is gone from the store`);
    return await start(context, handle, issue, all);
  } catch (error) {
    // The store or the disk can't be used just now: that is not this attempt's end, and the next tick tries again.
    if (error instanceof StoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    mkdirSync(handle.dir, { recursive: true, mode: 0o700 });
    replaceFile(join(handle.dir, fileOf(error)), `${reason}\n`);
    // A wrapper that came first runs on, and is judged by its own end.
    fence(handle.dir);
    return true;
  }
}

function fileOf(error: unknown): string {
  if (error instanceof Refused) return START_REFUSED;
  return error instanceof Overtaken ? START_OVERTAKEN : START_ERROR;
}

async function start(context: Context, handle: Handle, issue: Issue, all: readonly Handle[]): Promise<boolean> {
  const config = context.config();
  const cwd = existingDirectory(handle.cwd);
  const coder = coderNamed(config, handle.coderName);
  if (coder === undefined) throw new Error(`there is no coder ${handle.coderName} (fleet coders lists them)`);
  const account = accountNamed(config, handle.coderName, handle.account);
  if (account === undefined)
    throw new Overtaken(`there is no account ${handle.account} of ${handle.coderName} any more`);
  const secrets = secretsOf(account, context.env);
  const { dir } = handle;
  const artifacts = artifactsDir(context.home, handle.task);
  for (const made of [dir, artifacts, join(dir, "scratch")]) mkdirSync(made, { recursive: true, mode: 0o700 });
  makeShims(context.home, context.self);
  const env = childEnvironment(context, handle, issue);
  const asked = askedOf(issue, config, cwd);
  const prompt = promptFor(context, handle, issue, { coder, cwd, asked });
  replaceFile(join(dir, FILES.prompt), prompt);
  replaceFile(join(taskDir(context.home, handle.task), "task.json"), `${JSON.stringify(issue, null, 2)}\n`);
  const { session, session_coder } = fleetRecord(issue);
  const resume =
    coder.capabilities.resumes && session_coder === coder.name && sessionAccount(issue) === account.name
      ? session
      : undefined;
  const model = modelOf(issue, config);
  const spent = spentOn(context.home, handle.task, handle.ref.n);
  const limits = limitsToKeep(issue, config, coder, spent);
  const request: CoderRequest = {
    prompt,
    promptFile: join(dir, FILES.prompt),
    cwd,
    sessionId: context.uuid.v4(),
    scratch: join(dir, "scratch"),
    env,
    root: process.getuid?.() === 0,
    ...(model === undefined ? {} : { model }),
    ...(resume === undefined ? {} : { resume }),
    ...(limits.usd === undefined ? {} : { budgetUsd: limits.usd - spent.usd }),
    ...(config.mcp && coder.capabilities.takesMcp ? { mcp: mcpServer(context, handle) } : {}),
    ...(isScoped(asked)
      ? {
          scope: { allow: asked.allow, deny: asked.deny, hook: hookCommand(context, join(dir, "scratch"), cwd, asked) },
        }
      : {}),
  };
  const command = coder.command(request);
  for (const [name, text] of Object.entries(command.files ?? {})) replaceFile(join(request.scratch, name), text);
  const before = await lookBefore(context, handle, cwd, all);
  if (before === undefined) return false;
  const area = context.cgroups?.kind === "area" ? context.cgroups.area : undefined;
  const cgroup = area === undefined ? undefined : makeCgroup(attemptGroup(area, handle.ref.uuid));
  const record = recordOf(context, handle, { command, request, model, before, asked, limits, spent, cgroup });
  noteNeighbours(handle, record.place, all, context.clock.wall());
  writeAttempt(dir, record);
  handle.record = record;
  newest(context.home, handle);
  await launch({
    dir,
    cwd,
    command: [command.file, ...command.args],
    env: {
      ...env,
      ...config.env[coder.name],
      ...account.env,
      ...secrets,
      ...command.env,
      ...ownVariables(context, handle),
    },
    stdin: command.stdin,
    cgroup,
  });
  return true;
}

/** Throws where they can't be kept, or are used up. */
function limitsToKeep(issue: Issue, config: Config, coder: Coder, spent: Spent): Limits {
  const read = limitsOf(issue, config, coder.name);
  if (!read.ok) throw new Refused(`metadata.limits: ${read.problems.join("; ")}`);
  const [problem] = unmeasured(read.limits, coder);
  if (problem !== undefined) throw new Refused(`${FLAG[problem.limit]}: ${problem.why}`);
  const over = measures(read.limits, { ...spent }).find(isOver);
  if (over !== undefined) throw new Refused(`the task has used ${measureText(over)} (${FLAG[over.limit]} raises it)`);
  return read.limits;
}

function existingDirectory(cwd: string): string {
  if (cwd === "") throw new Error("the task has no directory: fleet bd update ID --set-metadata cwd=DIR");
  const stat = statSync(cwd, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`the task's directory ${cwd} is gone`);
  if (!stat.isDirectory()) throw new Error(`the task's directory ${cwd} is a file`);
  return realpathSync(cwd);
}

/** What marks a process as this attempt's, and tells a `bd` inside who it is. */
function ownVariables(context: Context, handle: Handle): Record<string, string> {
  return {
    FLEET_HOME: context.home,
    FLEET_TASK_ID: handle.task,
    [MARK]: handle.ref.uuid,
    BEADS_ACTOR: attemptActor(handle.coderName, handle.ref.uuid),
  };
}

const INHERITED = /^(GIT_|FLEET_|BEADS_|BD_)|^CLAUDECODE$/;

/** The supervisor's environment less what is not the child's; the PATH is that of the shell which created the task. */
export function childEnvironment(context: Context, handle: Handle, issue: Issue): Record<string, string> {
  const env: Record<string, string> = {};
  // An account's key is no other account's, nor is the variable that it comes from.
  const sources = sourceVariables(written(context.config()));
  for (const [name, value] of Object.entries(context.env))
    if (value !== undefined && !INHERITED.test(name) && !sources.has(name)) env[name] = value;
  const path = setting(issue, "path") ?? context.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  return { ...env, ...ownVariables(context, handle), PATH: [binDir(context.home), path].join(delimiter) };
}

/** No question is waited for longer than this. */
const LONGEST_CALL = 86_400_000;

/** `fleet mcp` as this attempt: what tells it so is named, because a coder may hand on no more than that. */
function mcpServer(context: Context, handle: Handle): McpServer {
  return {
    name: "fleet",
    command: join(binDir(context.home), "fleet"),
    args: ["mcp"],
    env: ownVariables(context, handle),
    timeoutMs: LONGEST_CALL,
  };
}

/** The command a coder's hook is to run before a write: exit 2 refuses it. */
function hookCommand(context: Context, scratch: string, cwd: string, { allow, deny }: Asked): string {
  const path = join(scratch, "scope.json");
  replaceFile(path, `${JSON.stringify({ cwd, allow, deny })}\n`);
  return [...context.self, "scope-hook", path].map(quoted).join(" ");
}

interface Told {
  readonly coder: Coder;
  readonly cwd: string;
  readonly asked: Asked;
}

function promptFor(context: Context, handle: Handle, issue: Issue, { coder, cwd, asked }: Told): string {
  if (coder.capabilities.prompt === "script") return `${issue.description ?? issue.title}\n`;
  const artifacts = artifactsDir(context.home, handle.task);
  return renderPrompt(readText(join(context.home, "prompt.md")) ?? TEMPLATE, {
    issue,
    actor: attemptActor(handle.coderName, handle.ref.uuid),
    attempt: handle.ref.n,
    cwd,
    plan: join(artifacts, PLAN),
    knowledge: join(artifacts, KNOWLEDGE),
    fleet: quoted(join(binDir(context.home), "fleet")),
    asked,
    missing: lastMissing(context, handle),
    previous: attemptNumbers(context.home, handle.task).flatMap((n) => {
      const outcome = n === handle.ref.n ? undefined : readOutcome(attemptDir(context.home, handle.task, n));
      return outcome === undefined
        ? []
        : [{ n, outcome: outcome.kind, reason: outcome.reason, advice: RULES[outcome.kind].advice }];
    }),
  });
}

/** Why the last attempt was not believed, and what its checks printed. */
function lastMissing(context: Context, handle: Handle): NonNullable<PromptFacts["missing"]> {
  const last = attemptNumbers(context.home, handle.task)
    .filter((n) => n !== handle.ref.n)
    .at(-1);
  const receipt = last === undefined ? undefined : readReceipt(attemptDir(context.home, handle.task, last));
  const failed = (receipt?.checks ?? []).filter(({ verdict }) => verdict !== "passed");
  return {
    lines: receipt?.missing ?? [],
    outputs: failed.map(({ command, tail }) => ({ command, tail })),
    outside: receipt?.outside ?? [],
  };
}

interface Started {
  readonly command: CoderCommand;
  readonly request: CoderRequest;
  readonly model: string | undefined;
  readonly before: Listing;
  readonly asked: Asked;
  readonly cgroup: string | undefined;
  readonly limits: Limits;
  readonly spent: Spent;
}

type Placed = AttemptRecord & { readonly place: Place };

function recordOf(context: Context, handle: Handle, started: Started): Placed {
  const { command, request, before, asked } = started;
  const { timeout = context.config().task_timeout, ...others } = started.limits;
  const head = before.kind === "git" ? before.head : undefined;
  return {
    uuid: handle.ref.uuid,
    n: handle.ref.n,
    task: handle.task,
    coder: handle.coderName,
    account: handle.account,
    ...(started.model === undefined ? {} : { model: started.model }),
    cwd: request.cwd,
    file: command.file,
    args: [...command.args],
    session: request.resume ?? request.sessionId,
    resumed: request.resume !== undefined,
    created_at: new Date(context.clock.wall()).toISOString(),
    monotonic: context.clock.monotonic(),
    boot: context.clock.boot,
    timeout_ms: timeout,
    ...(Object.keys(others).length === 0 ? {} : { limits: others }),
    spent: started.spent,
    ...(request.resume === undefined ? {} : { counted: countedIn(context, handle, request.resume) }),
    ...(head === undefined ? {} : { base_commit: head }),
    place: { path: before.top, git: before.kind === "git" },
    asked: { checks: [...asked.checks], expect: [...asked.expect], allow: [...asked.allow], deny: [...asked.deny] },
    check_timeout_ms: context.config().check_timeout,
    ...(started.cgroup === undefined ? {} : { cgroup: started.cgroup }),
  };
}

/** What this task's earlier attempts used in that session. */
function countedIn(
  context: Context,
  handle: Handle,
  session: string,
): { input: number; output: number; costUsd: number } {
  const sum = { input: 0, output: 0, costUsd: 0 };
  for (const n of attemptNumbers(context.home, handle.task)) {
    const dir = attemptDir(context.home, handle.task, n);
    const usage = n === handle.ref.n || sessionOf(dir) !== session ? undefined : readOutcome(dir)?.usage;
    sum.input += usage?.input ?? 0;
    sum.output += usage?.output ?? 0;
    sum.costUsd += usage?.cost_usd ?? 0;
  }
  return sum;
}

/** `events.jsonl`, `log.jsonl` and `log.stderr` of the task are links to the newest attempt's. */
function newest(home: string, handle: Handle): void {
  for (const name of [FILES.events, FILES.log, FILES.stderr])
    linkTo(join(handle.dir, name), join(taskDir(home, handle.task), name));
}
