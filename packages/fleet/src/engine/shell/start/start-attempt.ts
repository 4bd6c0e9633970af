/** start: from a claim to a running wrapper. Every step may be the last before a crash; the next supervisor sees which. */
import { exactJson } from "@fleet/kit/exact-json";
import { join } from "node:path";

import { FleetError } from "@fleet/kit/errors";
import { shortageOf } from "@fleet/kit/shortage";
import type { Issue } from "@fleet/store/issue";

import { accountNamed } from "../../../settings/accounts/accounts.ts";
import { secretsOf } from "../accounts/secrets.ts";
import { makeCgroup } from "../../../attempts/process/cgroup.ts";
import { attemptGroup } from "../../../attempts/process/cgroup-place.ts";
import { writeNotStarted } from "../../../attempts/records/not-started.ts";
import { linkNewest, scratchDir } from "../../../attempts/records/output.ts";
import { artifactsDir, taskDir } from "../../../attempts/records/paths.ts";
import { reserveExit, withdrawAttempt, writeAttempt, writePrompt } from "../../../attempts/records/record.ts";
import { fence } from "../../../attempts/records/pid-file.ts";
import { reserveStop } from "../../../attempts/records/stop.ts";
import type { Listing } from "../../../attempts/evidence/listing.ts";
import { placesOf } from "../../../attempts/protect/places.ts";
import { watchPlaces } from "../../../attempts/protect/watch.ts";
import { foundAt, tracePath } from "../../../attempts/ran/ran.ts";
import { targetFor, traceValue, traceVariables } from "../../../attempts/ran/target.ts";
import { launch } from "../../../attempts/process/spawn.ts";
import { ensureDir, replaceFile } from "@fleet/kit/files";
import { ignoresCase } from "@fleet/kit/letter-case";
import { makeShims } from "../../../program/shim.ts";
import { noteNeighbours } from "../end/beside.ts";
import { ownVariables } from "./child-environment.ts";
import { requestFor } from "./coder-request.ts";
import { coderNamed, type Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { type Among, lookBefore } from "./look-before.ts";
import { recordOf } from "./new-record.ts";
import { proveOnBase } from "./prove-base.ts";
import { neededBy } from "../land/needed.ts";
import { CannotStart, whyNotStarted } from "./not-started.ts";
import { setUp } from "./set-up.ts";
import { workspaceVariables } from "../../../workspaces/record.ts";
import { pathWith } from "./find-coder.ts";
import { gitIdentity } from "./git-identity.ts";
import { guardOff } from "./guard.ts";
import { aboutAttempt } from "../state/journal.ts";
import { isScoped, unguardedText } from "../../../attempts/evidence/scope.ts";

/** False while there is nothing to do but wait. Those in the same place are told of this one, and it of them. */
export async function startAttempt(context: Context, handle: Handle, among: Among): Promise<boolean> {
  // Its directory is being looked at: a later tick starts it.
  const { before, base, setup } = handle.open;
  if (before !== undefined || base.making !== undefined || setup.making !== undefined) return false;
  try {
    const issue = context.store.snapshot().issue(handle.task);
    if (issue === undefined) throw new Error(`${handle.task} is gone from the store`);
    return await start(context, handle, issue, among);
  } catch (error) {
    // The store, the disk or the machine can't be used just now: that is not this attempt's end, and the next tick tries again.
    if (error instanceof FleetError || shortageOf(error) !== undefined) throw error;
    ensureDir(handle.dir, 0o700);
    writeNotStarted(handle.dir, whyNotStarted(error));
    // A wrapper that came first runs on, and is judged by its own end.
    fence(handle.dir);
    return true;
  }
}

const isCaseless = (before: Listing): boolean => before.kind === "git" && before.ignores_case === true;

async function start(context: Context, handle: Handle, issue: Issue, among: Among): Promise<boolean> {
  const config = context.config();
  const coder = coderNamed(config, handle.coderName);
  if (coder === undefined) throw new CannotStart("overtaken", `there is no coder ${handle.coderName} any more`);
  const account = accountNamed(config, handle.coderName, handle.account);
  if (account === undefined)
    throw new CannotStart("overtaken", `there is no account ${handle.account} of ${handle.coderName} any more`);
  const secrets = secretsOf(account, context.env);
  const { dir } = handle;
  const artifacts = artifactsDir(context.home, handle.task);
  for (const made of [dir, artifacts, scratchDir(dir)]) ensureDir(made, 0o700);
  makeShims(context.home, context.self);
  if (!(await setUp(context, handle, issue))) return false;
  const onBase = await proveOnBase(context, handle, issue);
  if (onBase === undefined) return false;
  const looked = await lookBefore(context, handle, issue, among);
  if (looked === undefined) return false;
  const { cwd, before, workspace } = looked;
  const { home, env } = context;
  const needed =
    workspace === undefined ? [] : await neededBy({ home, env, config }, context.store.snapshot(), workspace);
  const made = requestFor(context, handle, issue, {
    coder,
    account,
    cwd,
    workspace,
    needed,
    ignoresCase: isCaseless(before) || ignoresCase(cwd),
  });
  const { request } = made;
  writePrompt(dir, request.prompt);
  replaceFile(join(taskDir(context.home, handle.task), "task.json"), `${exactJson(issue, 2)}\n`);
  const command = coder.command(request);
  const setPath = account.env["PATH"] ?? made.variables["PATH"];
  const path = pathWith(context, issue, { coder: coder.name, set: setPath, file: command.file, cwd });
  for (const [name, text] of Object.entries(command.files ?? {})) replaceFile(join(request.scratch, name), text);
  const area = context.cgroups?.kind === "area" ? context.cgroups.area : undefined;
  const cgroup = area === undefined ? undefined : makeCgroup(attemptGroup(area, handle.ref.uuid));
  const asked = { ...request.env, ...made.variables, ...account.env, ...secrets, ...command.env };
  const needsIdentity = coder.capabilities.hidesGitConfig === true && workspace === undefined;
  const set = needsIdentity ? { ...asked, ...(await gitIdentity(cwd, asked)) } : asked;
  const configured = before.kind === "blind" ? undefined : before.trace;
  const gitTrace = targetFor(traceValue(set, configured), foundAt);
  const repository = before.kind === "git" ? before.git : undefined;
  // Its account may have a home directory of its own; the person's is to be as it was all the same.
  const around = { cwd, top: before.top, repository, env: context.env };
  watchPlaces(dir, placesOf(made.protect, around), { script: coder.capabilities.prompt === "script" });
  const unguarded = isScoped(made.asked) ? guardOff(coder, set, cwd) : undefined;
  if (unguarded !== undefined)
    context.journal.write("unguarded", `attempt ${handle.ref.n}: ${unguardedText(unguarded)}`, aboutAttempt(handle));
  const record = recordOf(context, handle, {
    ...made,
    command,
    before,
    source: looked.source,
    cgroup,
    gitTrace,
    onBase,
    unguarded,
  });
  noteNeighbours(handle, record.place, among.all(), context.clock.wall());
  reserveExit(dir);
  reserveStop(dir);
  writeAttempt(dir, record);
  among.report({ kind: "recorded", record });
  linkNewest(context.home, handle.task, dir);
  const started = launch({
    dir,
    cwd,
    command: [command.file, ...command.args],
    env: {
      ...set,
      ...traceVariables(gitTrace, handle.ref.uuid, tracePath(dir)),
      ...ownVariables(context, handle),
      ...(workspace === undefined ? {} : workspaceVariables(context.home, workspace)),
      PATH: path,
    },
    stdin: command.stdin,
    cgroup,
  });
  try {
    await started;
  } catch (error) {
    // No wrapper comes any more, so it is as it was before: claimed, and started when there is room.
    if (shortageOf(error) !== undefined) {
      withdrawAttempt(dir);
      const { state } = handle;
      among.report({ kind: "withdrawn", fresh: state.kind === "claimed" && state.fresh, place: record.place });
    }
    throw error;
  }
  return true;
}
