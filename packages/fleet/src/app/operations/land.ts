/** Brings the accepted work of a task that works in a clone onto the branch that it is for, in the person's repository. */
import { join } from "node:path";

import { isOid } from "@fleet/kit/git/oid";
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readSource, type Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";
import { heldBy, landingOf as stageOf, reviewOf, setting } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import { landed } from "@fleet/store/ops/landed";

import { askedOf, commandsOf } from "../../attempts/evidence/asked.ts";
import { CHECK_HOME, CHECK_MARK } from "../../attempts/process/marks.ts";
import { inherited } from "../../engine/core/inherited.ts";
import { sourceVariables } from "../../engine/shell/accounts/secrets.ts";
import { branchMover } from "../../landing/branch-mover.ts";
import { land as landWork, type LandEnd, type Lander, type Landing } from "../../landing/land.ts";
import { written } from "../../settings/accounts/accounts.ts";
import { effective } from "../../settings/effective/effective.ts";
import type { Config } from "../../settings/schema.ts";
import { keptOf, lastKept } from "../../workspaces/kept.ts";
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
  /** The top of the repository. */
  readonly repository: string;
  /** It was there before: nothing was moved. */
  readonly was_there: boolean;
}

export async function land(fleet: Fleet, named: string): Promise<Landed> {
  await fleet.allow({ kind: "command", words: "fleet land" });
  const issue = fleet.find(named);
  const { id, title } = issue;
  const workspace = readWorkspace(fleet.home, id);
  if (workspace === undefined)
    throw new CommandError(
      `${id} works in its directory, or was not begun: there is nothing to land`,
      `fleet task ${id}`,
    );
  refuseUnaccepted(issue);
  const landing = await landingOf(fleet, issue, workspace);
  await refuseVoidApproval(fleet, issue, landing.head);
  const left: string[] = [];
  const end = await landWork(
    landerOf(fleet, (what) => left.push(what)),
    landing,
  );
  const by = await fleet.actor();
  for (const what of left) await fleet.told("land", what, { task: id, by });
  const { target } = landing;
  const repository = landing.source.top;
  if (end.kind !== "landed") throw notLanded(id, landing, end);
  const { commit, wasThere } = end;
  const act = await fleet.act();
  await fleet.store.transact(act, (snapshot) => landed(snapshot, act, { id, commit, target }));
  if (!wasThere) await fleet.told("land", `landed on ${target} of ${repository} as ${commit}`, { task: id, by });
  return { id, title, commit, target, repository, was_there: wasThere };
}

/** Only what is done, by whoever's word: of anything else it is told what settles it. */
function refuseUnaccepted(issue: Issue): void {
  const { id, status } = issue;
  if (stageOf(issue) !== undefined) return;
  if (reviewOf(issue) !== undefined)
    throw new CommandError(`${id} says that it is done, and nobody has approved it`, `fleet approve ${id}`);
  if (heldBy(issue) !== undefined) throw new CommandError(`an attempt is at work on ${id}`, `fleet task ${id}`);
  if (status !== "closed") throw new CommandError(`${id} is not done: it is ${status}`, `fleet explain ${id}`);
}

const landerOf = ({ home, world, now }: Fleet, tell: (what: string) => void): Lander => ({
  home,
  env: world.env,
  now,
  mark: homeId(join(home, ".git")).slice(0, 8),
  mover: branchMover,
  tell,
});

async function landingOf(fleet: Fleet, issue: Issue, workspace: WorkspaceRecord): Promise<Landing> {
  const { id, title } = issue;
  const { config } = await fleet.settings();
  const source = await sourceOf(fleet, id, workspace);
  const target = setting(issue, "target") ?? workspace.target;
  if (target === undefined)
    throw new CommandError(
      `no branch is known that the work of ${id} is for: none was checked out in ${source.top}`,
      `fleet bd update ${id} --target BRANCH`,
    );
  const { base, below, depot } = workspace;
  const who = (key: string): string => source.settings.findLast((one) => one.key === key)?.value ?? "";
  const { value } = effective(config, issue);
  return {
    task: id,
    title,
    source,
    depot,
    target,
    lfsFrom: [join(workspace.dir, ".git")],
    base,
    head: await headOf(fleet, issue, { depot, source, branch: workspace.branch }),
    history: "squash",
    person: { name: who("user.name") || "fleet", email: who("user.email") || "fleet@localhost" },
    checking: {
      commands: commandsOf(askedOf(issue, config)),
      timeout: value("check_timeout"),
      below,
      env: { ...checkEnvironment(fleet, issue, config), ...workspaceVariables(fleet.home, workspace) },
    },
  };
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

interface Work {
  readonly depot: string;
  readonly source: Source;
  readonly branch: string;
}

/**
 * What is to land: all files at the end of the last attempt, what it left uncommitted too, as a person was shown them; or the
 * task's branch in the person's repository, where they went on with it (`fleet checkout`).
 */
export async function headOf({ home, world }: Fleet, { id }: Issue, { depot, source, branch }: Work): Promise<string> {
  const kept = keptOf(home, id);
  const [tip, files] = [lastKept(kept, id, "branch")?.ref.oid, lastKept(kept, id, "snapshot")?.ref.oid];
  if (files === undefined) throw new CommandError(`nothing is kept of the work of ${id}`, `fleet task ${id}`);
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

function notLanded(id: string, { target, source }: Landing, end: Exclude<LandEnd, { kind: "landed" }>): CommandError {
  const place = `${target} of ${source.top}`;
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
    case "wait":
      return new CommandError(`${id} has not landed: ${end.why}`, end.mend ?? `fleet land ${id}`);
    case "refused":
      return new CommandError(`${id} has not landed: ${end.why}`, `git -C ${shellWord(source.top)} remote -v`);
  }
}
