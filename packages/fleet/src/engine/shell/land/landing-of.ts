/** The landing of a task that works in a clone: which commit, onto which branch of which repository, with which checks. */
import { join, relative } from "node:path";

import { borrowing } from "@fleet/kit/git/alternates";
import type { Environment } from "@fleet/kit/git/environment";
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readSource, type Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";
import { setting } from "@fleet/store/task-settings";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";

import { askedOf, commandsOf } from "../../../attempts/evidence/asked.ts";
import { CHECK_HOME, CHECK_MARK } from "../../../attempts/process/marks.ts";
import { type Work, workOf } from "../../../landing/accepted.ts";
import { branchMover } from "../../../landing/branch-mover.ts";
import type { SetUp } from "../../../landing/checks.ts";
import type { Lander, Landing } from "../../../landing/land.ts";
import { pushMover } from "../../../landing/push.ts";
import { remoteFor } from "../../../landing/remote-for.ts";
import { LandingError } from "../../../landing/trouble.ts";
import { written } from "../../../settings/accounts/accounts.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { isIn, setupProject } from "../../../settings/effective/project.ts";
import type { Config } from "../../../settings/schema.ts";
import type { AskGit } from "../../../workspaces/measured.ts";
import { changesFrom, type WorkspaceRecord, workspaceVariables } from "../../../workspaces/record.ts";
import { isAllCommitted, wentOn } from "../../../workspaces/went-on.ts";
import { inherited } from "../../core/inherited.ts";
import { sourceVariables } from "../accounts/secrets.ts";

export interface Around {
  readonly home: string;
  readonly env: Environment;
  readonly config: Config;
}

type More = Pick<Lander, "tell" | "until" | "patience" | "at">;

export function landerOf({ home, env }: Around, { remote }: Landing, now: () => number, more: More): Lander {
  const mark = homeId(join(home, ".git")).slice(0, 8);
  const mover = remote === undefined ? branchMover : pushMover(remote, mark);
  return { home, env, now, mark, mover, ...more };
}

/** The repository whose branch the target is. */
export const placeOf = ({ source, remote }: Landing): string => remote?.name ?? remote?.url ?? source.top;

/** Throws a LandingError where nothing of it can land. */
export function acceptedWork({ home }: Pick<Around, "home">, issue: Issue): Work {
  const found = workOf(home, issue);
  if (found.kind === "none") throw new LandingError("unclear", found.why, { mend: found.mend });
  return found.work;
}

export const targetOf = (issue: Issue, { target }: WorkspaceRecord): string | undefined =>
  setting(issue, "target") ?? target;

/** Throws a LandingError where a person has to say or to put right something first. */
export async function landingOf(around: Around, issue: Issue, workspace: WorkspaceRecord): Promise<Landing> {
  const { home, config } = around;
  const { id, title } = issue;
  const work = acceptedWork(around, issue);
  const source = await sourceOf(around, id, workspace);
  const target = targetOf(issue, workspace);
  if (target === undefined)
    throw new LandingError(
      "unclear",
      `no branch is known that the work of ${id} is for: none was checked out in ${source.top}`,
      { mend: `fleet bd update ${id} --target ${shellWord(aBranchOf(source))}` },
    );
  const { below, depot, base_from: from } = workspace;
  const who = (key: string): string => source.settings.findLast((one) => one.key === key)?.value ?? "";
  const { value } = effective(config, issue);
  const aim = value("via") !== "branch" ? await pushedTo(around, source, target) : { target };
  return {
    task: id,
    title,
    source,
    depot,
    ...aim,
    base: changesFrom(workspace),
    began: workspace.base,
    unpublished: "remote" in aim && from?.kind !== "needs",
    head: await headOf(around, work, { task: id, depot, source, branch: workspace.branch }),
    history: value("history"),
    person: { name: who("user.name") || "fleet", email: who("user.email") || "fleet@localhost" },
    checking: {
      commands: commandsOf(askedOf(issue, config)),
      timeout: value("check_timeout"),
      below,
      setUp: setUpOf(config, { source, below, command: value("setup"), timeout: value("setup_timeout") }),
      env: { ...checkEnvironment(around, issue), ...workspaceVariables(home, workspace) },
    },
  };
}

/** One that it may be: what is checked out now, or any. */
const aBranchOf = ({ head, refs }: Source): string =>
  head.kind === "branch"
    ? head.name
    : (refs.flatMap(({ name }) => /^refs\/heads\/(.+)$/.exec(name)?.[1] ?? [])[0] ?? "main");

/** Milliseconds. */
const SETUP_TIMEOUT = 600_000;

interface SettingUp {
  readonly source: Source;
  readonly below: string;
  readonly command: string | null;
  readonly timeout: number | null;
}

/** As a workspace of the task is set up: in the project's directory, or at the top where the project is more than the repository. */
function setUpOf(config: Config, { source, below, command, timeout }: SettingUp): SetUp | undefined {
  const project = setupProject(config, join(source.top, below));
  if (project === undefined || command === null) return undefined;
  const at = isIn(project.dir, source.top) ? relative(source.top, project.dir) : "";
  return { command, timeout: timeout ?? SETUP_TIMEOUT, below: at };
}

async function pushedTo({ env }: Around, source: Source, target: string): Promise<Pick<Landing, "remote" | "target">> {
  const found = await remoteFor(env, source, target);
  if (found.kind === "none") throw new LandingError("unclear", found.why, { mend: found.mend });
  return { remote: found.remote, target: found.target };
}

/** Where it was. */
export async function sourceOf(around: Around, id: string, workspace: WorkspaceRecord): Promise<Source> {
  const { top } = workspace.source;
  const found = await readSource(top, around.env);
  if (found.kind === "source" && (await isItsSource(around, found.source, workspace))) return found.source;
  const why = found.kind === "unknown" ? `can't be read (${found.why})` : "is gone or was moved";
  throw new LandingError("unclear", `${top}, which ${id} is to land in, ${why}`, {
    mend: `fleet checkout ${id} --into .`,
  });
}

/**
 * Another repository in its place has not the commit with which the task began; or, where that was the work of other tasks, which no
 * repository of a person's has, nothing that this was made from.
 */
async function isItsSource({ env }: Around, { commonDir, objects, head }: Source, workspace: WorkspaceRecord) {
  const { base, base_from: from, depot } = workspace;
  if (await hasCommit(commonDir, base, env)) return true;
  if ((from?.kind !== "needs" && from?.kind !== "changes") || head.oid === undefined) return false;
  const where = { env, gitDir: depot, where: borrowing(objects) };
  return (await gitObjects(["merge-base", base, head.oid], where)).kind === "ok";
}

interface Where {
  readonly task: string;
  readonly depot: string;
  readonly source: Source;
  readonly branch: string;
}

/**
 * What is to land: all files as they were accepted, what was left uncommitted too, as a person was shown them; or the task's branch
 * in the person's repository, where they went on with all of that (`fleet checkout`).
 */
export async function headOf(
  { env }: Pick<Around, "env">,
  { tip, files }: Work,
  { task, depot, source, branch }: Where,
): Promise<string> {
  const where = borrowing(source.objects);
  const ask: AskGit = async (args, input = "") => await gitObjects(args, { env, gitDir: depot, where }, { input });
  if (tip === undefined) return files;
  const theirs = source.refs.find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  const went = await wentOn(ask, { tip, files }, theirs);
  switch (went.kind) {
    case "on":
      return went.head;
    case "not":
      return (await isAllCommitted(ask, { tip, files })) ? tip : files;
    case "without":
      throw new LandingError(
        "unclear",
        `${branch} of ${source.top} has commits beyond the work, and not the files that were left uncommitted there: merge them from another branch`,
        { mend: `fleet checkout ${task} --branch ${shellWord(`${branch}-work`)}` },
      );
  }
}

/** As of the checks of an attempt: with what the task's coder and projects set, and marked, so that a check writes nothing. */
function checkEnvironment({ home, env: own, config }: Around, issue: Issue): Record<string, string> {
  const env = inherited(own, sourceVariables(written(config)));
  const set = Object.fromEntries([...effective(config, issue).env()].map(([name, { value }]) => [name, value]));
  const path = setting(issue, "path") ?? own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  return { ...env, FLEET_HOME: home, PATH: path, ...set, [CHECK_MARK]: `land-${issue.id}`, [CHECK_HOME]: home };
}
