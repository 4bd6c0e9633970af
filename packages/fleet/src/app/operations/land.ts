/** Brings the accepted work of a task that works in a clone onto the branch that it is for, in the person's repository. */
import { join, relative } from "node:path";

import { isOid } from "@fleet/kit/git/oid";
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readSource, type Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";
import {
  acceptedOf,
  fleetRecord,
  heldBy,
  isSameWork,
  landingOf as stageOf,
  reviewOf,
  setting,
} from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import { landed } from "@fleet/store/ops/landed";

import { askedOf, commandsOf } from "../../attempts/evidence/asked.ts";
import { attemptsOf } from "../../attempts/records/paths.ts";
import { CHECK_HOME, CHECK_MARK } from "../../attempts/process/marks.ts";
import { inherited } from "../../engine/core/inherited.ts";
import { sourceVariables } from "../../engine/shell/accounts/secrets.ts";
import { type Work, workOf } from "../../landing/accepted.ts";
import { branchMover } from "../../landing/branch-mover.ts";
import type { SetUp } from "../../landing/checks.ts";
import { land as landWork, type LandEnd, type Lander, type Landing, type Withdrawn } from "../../landing/land.ts";
import { pushMover } from "../../landing/push.ts";
import { remoteFor } from "../../landing/remote-for.ts";
import { written } from "../../settings/accounts/accounts.ts";
import { effective } from "../../settings/effective/effective.ts";
import { isIn, setupProject } from "../../settings/effective/project.ts";
import type { Config } from "../../settings/schema.ts";
import { readWorkspace, type WorkspaceRecord, workspaceVariables } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { refuseVoidApproval } from "./approval.ts";

export interface Landed {
  readonly id: string;
  readonly title: string;
  /** The commit of the target that has its work. */
  readonly commit: string;
  readonly target: string;
  /** The top of the repository, or the name of the remote. */
  readonly repository: string;
  /** It was there before: nothing was moved. */
  readonly was_there: boolean;
  /** What the recovery of an earlier landing left as it is, because somebody changed it: a sentence each. */
  readonly left: readonly string[];
}

/** `at`: where a test may end it. */
export async function land(fleet: Fleet, named: string, { at }: Pick<Lander, "at"> = {}): Promise<Landed> {
  await fleet.allow({ kind: "command", words: "fleet land" });
  const issue = fleet.find(named);
  const { id, title } = issue;
  const workspace = readWorkspace(fleet.home, id);
  if (workspace === undefined && isWorkElsewhere(fleet, issue))
    throw new CommandError(
      `the work of ${id} is in the home in which it was done, not in this one: it lands from there`,
      `fleet land ${id} there, then fleet sync`,
    );
  if (workspace === undefined)
    throw new CommandError(
      `${id} works in its directory, or was not begun: there is nothing to land`,
      `fleet task ${id}`,
    );
  const unaccepted = refusalOf(issue);
  if (unaccepted !== undefined) throw new CommandError(...unaccepted);
  const work = acceptedWork(fleet, issue);
  const { accepted } = work;
  const landing = await landingOf(fleet, issue, { workspace, work });
  await refuseVoidApproval(fleet, issue, landing.head);
  const left: string[] = [];
  const end = await landWork(
    { ...landerOf(fleet, landing, (what) => left.push(what)), ...(at === undefined ? {} : { at }) },
    landing,
    async () => await changedSince(fleet, issue, { workspace, landing }),
  );
  const by = await fleet.actor();
  for (const what of left) await fleet.told("land", what, { task: id, by });
  const { target } = landing;
  const repository = placeOf(landing);
  if (end.kind !== "landed") throw notLanded(id, landing, { end, left });
  const { commit, wasThere } = end;
  const act = await fleet.act();
  const { status } = await fleet.store.transact(act, (snapshot) =>
    landed(snapshot, act, { id, accepted, commit, target }),
  );
  // Between the last look and the move somebody had the time to say so.
  const open = status === "closed" ? "" : `; it was put back meanwhile, and is ${status}`;
  if (!wasThere || open !== "")
    await fleet.told("land", `landed on ${target} of ${repository} as ${commit}${open}`, { task: id, by });
  return { id, title, commit, target, repository, was_there: wasThere, left };
}

/** Attempts worked on it, and this home has none of them. */
const isWorkElsewhere = ({ home }: Fleet, issue: Issue): boolean =>
  fleetRecord(issue).attempts !== undefined && attemptsOf(home, issue.id).length === 0;

/** Only what is done, by whoever's word: of anything else why not, and what settles it. */
function refusalOf(issue: Issue): readonly [why: string, mend: string] | undefined {
  const { id, status } = issue;
  if (stageOf(issue) !== undefined) return undefined;
  if (reviewOf(issue) !== undefined)
    return [`${id} says that it is done, and nobody has approved it`, `fleet approve ${id}`];
  if (heldBy(issue) !== undefined) return [`an attempt is at work on ${id}`, `fleet task ${id}`];
  return status === "closed" ? undefined : [`${id} is not done: it is ${status}`, `fleet explain ${id}`];
}

/** Throws where nothing of it can land. */
export function acceptedWork({ home }: Fleet, issue: Issue): Work {
  const found = workOf(home, issue);
  if (found.kind === "none") throw new CommandError(found.why, found.mend);
  return found.work;
}

interface Began {
  readonly workspace: WorkspaceRecord;
  readonly landing: Landing;
}

/** Why it is not to land any more, by a look right before the target is moved: its checks may have taken an hour. */
async function changedSince(
  fleet: Fleet,
  before: Issue,
  { workspace, landing }: Began,
): Promise<Withdrawn | undefined> {
  const issue = fleet.find(before.id);
  const refusal = refusalOf(issue);
  if (refusal !== undefined) return { why: refusal[0], mend: refusal[1] };
  const again = { mend: `fleet land ${issue.id}` };
  if (!isSameWork(acceptedOf(issue), acceptedOf(before)))
    return { why: "other work of it was accepted meanwhile", ...again };
  if (targetOf(issue, workspace) !== targetOf(before, workspace))
    return { why: "its target was changed meanwhile", ...again };
  const source = await sourceOf(fleet, issue.id, workspace);
  const head = await headOf(fleet, acceptedWork(fleet, issue), { ...workspace, source });
  return head === landing.head ? undefined : { why: `${workspace.branch} was moved meanwhile`, ...again };
}

const targetOf = (issue: Issue, { target }: WorkspaceRecord): string | undefined => setting(issue, "target") ?? target;

function landerOf({ home, world, now }: Fleet, { remote }: Landing, tell: (what: string) => void): Lander {
  const mark = homeId(join(home, ".git")).slice(0, 8);
  const mover = remote === undefined ? branchMover : pushMover(remote, mark);
  return { home, env: world.env, now, mark, mover, tell };
}

/** The repository whose branch the target is. */
const placeOf = ({ source, remote }: Landing): string => remote?.name ?? remote?.url ?? source.top;

interface Its {
  readonly workspace: WorkspaceRecord;
  readonly work: Work;
}

async function landingOf(fleet: Fleet, issue: Issue, { workspace, work }: Its): Promise<Landing> {
  const { id, title } = issue;
  const { config } = await fleet.settings();
  const source = await sourceOf(fleet, id, workspace);
  const target = targetOf(issue, workspace);
  if (target === undefined)
    throw new CommandError(
      `no branch is known that the work of ${id} is for: none was checked out in ${source.top}`,
      `fleet bd update ${id} --target BRANCH`,
    );
  const { base, below, depot } = workspace;
  const who = (key: string): string => source.settings.findLast((one) => one.key === key)?.value ?? "";
  const { value } = effective(config, issue);
  const aim = value("via") === "push" ? await pushedTo(fleet, source, target) : { target };
  return {
    task: id,
    title,
    source,
    depot,
    ...aim,
    base,
    head: await headOf(fleet, work, { depot, source, branch: workspace.branch }),
    history: value("history"),
    person: { name: who("user.name") || "fleet", email: who("user.email") || "fleet@localhost" },
    checking: {
      commands: commandsOf(askedOf(issue, config)),
      timeout: value("check_timeout"),
      below,
      setUp: setUpOf(config, { source, below, command: value("setup"), timeout: value("setup_timeout") }),
      env: { ...checkEnvironment(fleet, issue, config), ...workspaceVariables(fleet.home, workspace) },
    },
  };
}

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

async function pushedTo({ world }: Fleet, source: Source, target: string): Promise<Pick<Landing, "remote" | "target">> {
  const found = await remoteFor(world.env, source, target);
  if (found.kind === "none") throw new CommandError(found.why, found.mend);
  return { remote: found.remote, target: found.target };
}

/** Where it was; another repository in its place has not the commit with which the task began. */
export async function sourceOf(
  { world: { env } }: Fleet,
  id: string,
  { base, source: { top } }: WorkspaceRecord,
): Promise<Source> {
  const found = await readSource(top, env);
  if (found.kind === "source" && (await hasCommit(found.source.commonDir, base, env))) return found.source;
  const why = found.kind === "unknown" ? `can't be read (${found.why})` : "is gone or was moved";
  throw new CommandError(`${top}, which ${id} is to land in, ${why}`, `fleet checkout ${id} --into DIR`);
}

interface Where {
  readonly depot: string;
  readonly source: Source;
  readonly branch: string;
}

/**
 * What is to land: all files as they were accepted, what was left uncommitted too, as a person was shown them; or the task's branch
 * in the person's repository, where they went on with it (`fleet checkout`).
 */
export async function headOf(
  { world }: Fleet,
  { tip, files }: Work,
  { depot, source, branch }: Where,
): Promise<string> {
  const where = {
    env: world.env,
    gitDir: depot,
    where: { GIT_ALTERNATE_OBJECT_DIRECTORIES: source.objects },
  };
  if (tip === undefined) return files;
  const theirs = source.refs.find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  if (theirs !== undefined && theirs !== tip) {
    const follows = await gitObjects(["merge-base", "--is-ancestor", tip, theirs], where);
    if (follows.kind === "ok") return theirs;
  }
  const trees = await gitObjects(["rev-parse", `${tip}^{tree}`, `${files}^{tree}`], where);
  const [committed, all] = trees.kind === "ok" ? trees.stdout.trim().split("\n") : [];
  return committed !== undefined && isOid(committed) && committed === all ? tip : files;
}

/** As of the checks of an attempt: with what the task's coder and projects set, and marked, so that a check writes nothing. */
function checkEnvironment({ home, world }: Fleet, issue: Issue, config: Config): Record<string, string> {
  const env = inherited(world.env, sourceVariables(written(config)));
  const own = Object.fromEntries([...effective(config, issue).env()].map(([name, { value }]) => [name, value]));
  const path = setting(issue, "path") ?? world.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  return { ...env, FLEET_HOME: home, PATH: path, ...own, [CHECK_MARK]: `land-${issue.id}`, [CHECK_HOME]: home };
}

const MOST_FILES = 20;
/** Milliseconds. */
const SETUP_TIMEOUT = 600_000;

interface NotLanded {
  readonly end: Exclude<LandEnd, { kind: "landed" }>;
  /** What the recovery of an earlier landing left, a sentence each. */
  readonly left: readonly string[];
}

function notLanded(id: string, landing: Landing, { end, left }: NotLanded): CommandError {
  const { message, mend } = refusedAs(id, landing, end);
  return new CommandError([message, ...left].join("\n"), mend);
}

function refusedAs(id: string, landing: Landing, end: NotLanded["end"]): CommandError {
  const { target, source } = landing;
  const place = `${target} of ${placeOf(landing)}`;
  switch (end.kind) {
    case "conflict": {
      const files = end.files.slice(0, MOST_FILES).join(", ");
      return new CommandError(
        `${id} conflicts with ${place} in ${files}`,
        `fleet checkout ${id}, then merge ${target}`,
      );
    }
    case "red":
      return new CommandError(
        `on ${place} the check \`${end.command}\` fails (${end.how}):\n${end.output.trimEnd()}`,
        `fleet retry ${id}`,
      );
    case "nothing-new":
      return new CommandError(`${place} has all of ${id} already, or took it back`, `fleet task ${id} diff`);
    case "taken-off":
      return new CommandError(
        `${id} was on ${place} as ${end.commit}, and somebody took it off there`,
        `git -C ${shellWord(source.top)} cherry-pick ${end.commit}`,
      );
    case "stray": {
      const paths = end.paths.slice(0, MOST_FILES).join(", ");
      return new CommandError(
        `${id} has repositories in it that are no submodules of ${source.top}, and only a link to each would land: ${paths}`,
        `fleet checkout ${id}, then take them out, or add them with git submodule add`,
      );
    }
    case "withdrawn":
    case "wait":
      return new CommandError(`${id} has not landed: ${end.why}`, end.mend ?? `fleet land ${id}`);
    case "refused":
      return new CommandError(`${id} has not landed: ${end.why}`, `git -C ${shellWord(source.top)} remote -v`);
  }
}
