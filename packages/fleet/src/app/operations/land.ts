/** Brings the accepted work of a task that works in a clone onto the branch that it is for, in the person's repository. */
import { shellWord } from "@fleet/kit/shell";
import { acceptedOf, experimentOf, heldBy, landingOf as stageOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import { landed } from "@fleet/store/ops/landed";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { landTask, type LandingDone } from "../../engine/shell/land/land-task.ts";
import { type Around, landerOf, landingOf, placeOf } from "../../engine/shell/land/landing-of.ts";
import { changedSince, refusalOf } from "../../engine/shell/land/still-to-land.ts";
import {
  land as landWork,
  type LandEnd,
  type Lander,
  type Landing,
  type LookAgain,
  type Withdrawn,
} from "../../landing/land.ts";
import { effective } from "../../settings/effective/effective.ts";
import { readWorkspace, type WorkspaceRecord } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { voidError } from "./approval.ts";

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

interface LandAsked {
  /** Without acceptance and without checks; the person is recorded. */
  readonly force?: boolean;
  /** Where a test may end it. */
  readonly at?: Lander["at"];
}

export async function land(fleet: Fleet, named: string, { force = false, at }: LandAsked = {}): Promise<Landed> {
  await fleet.allow({ kind: "command", words: "fleet land" });
  const issue = fleet.find(named);
  const workspace = readWorkspace(fleet.home, issue.id);
  if (workspace === undefined) {
    const { why, mend } = nothingToLand(fleet, issue);
    throw new CommandError(why, mend);
  }
  refuseUnfit(fleet, issue, force);
  await refusePull(fleet, issue);
  if (force) return await landForced(fleet, issue, workspace);
  return stageOf(issue) === undefined
    ? await landClosed(fleet, issue, { workspace, at })
    : await landWaiting(fleet, issue, at);
}

/** It lands where its pull request is merged, and nothing is moved here. */
async function refusePull(fleet: Fleet, issue: Issue): Promise<void> {
  if (!(await landsByPull(fleet, issue))) return;
  const { id } = issue;
  throw new CommandError(
    `${id} lands by a pull request (via: pr), which takes what is accepted alone`,
    `fleet pr ${id}`,
  );
}

export const landsByPull = async (fleet: Fleet, issue: Issue): Promise<boolean> =>
  effective((await fleet.settings()).config, issue).value("via") === "pr";

/** Of a task that has no workspace here. */
export function nothingToLand(fleet: Fleet, issue: Issue): Withdrawn {
  const { id } = issue;
  return isWorkElsewhere(fleet, issue)
    ? {
        why: `the work of ${id} is in the home in which it was done, not in this one: it lands from there, and a sync brings that here`,
        mend: "fleet sync",
      }
    : { why: `${id} works in its directory, or was not begun: there is nothing to land`, mend: `fleet task ${id}` };
}

/** Attempts worked on it, and this home has none of them. */
const isWorkElsewhere = ({ home }: Fleet, issue: Issue): boolean =>
  fleetRecord(issue).attempts !== undefined && attemptsOf(home, issue.id).length === 0;

/** Only accepted work, and not before what it needs; for anything else, says what settles it. */
function refuseUnfit({ store }: Fleet, issue: Issue, force: boolean): void {
  const refusal = unfitAs(issue, force) ?? (force ? undefined : tooEarly(new Graph(store.snapshot()), issue));
  if (refusal !== undefined) throw new CommandError(refusal.why, refusal.mend);
}

export function unfitAs(issue: Issue, force: boolean): Withdrawn | undefined {
  const { id } = issue;
  if (heldBy(issue) !== undefined) return { why: `an attempt is at work on ${id}`, mend: `fleet task ${id}` };
  if (experimentOf(issue) !== undefined)
    return { why: `${id} is one of several that do the same: one of them is picked`, mend: `fleet pick ${id}` };
  return force ? undefined : refusalOf(issue);
}

/** `before`: what would have landed by then. */
export function tooEarly(graph: Graph, issue: Issue, before: ReadonlySet<string> = new Set()): Withdrawn | undefined {
  if (issue.status === "closed" || !graph.isBlocked(issue)) return undefined;
  const needed = graph.blockedBy(issue).find((id) => !before.has(id));
  return needed === undefined
    ? undefined
    : { why: `${issue.id} needs ${needed}, which is not over`, mend: `fleet explain ${needed}` };
}

export async function landingAround({ home, world, settings }: Fleet): Promise<Around> {
  const { config } = await settings();
  return { home, env: world.env, config };
}

/** Any obstacle except a running attempt. */
async function landForced(fleet: Fleet, issue: Issue, workspace: WorkspaceRecord): Promise<Landed> {
  const { id } = issue;
  const [act, by] = [await fleet.act(), await fleet.actor()];
  const landing = await landingOf(await landingAround(fleet), issue, workspace);
  const unchecked = { ...landing, checking: { ...landing.checking, commands: [] } };
  const done = await landAs(fleet, issue, unchecked, { how: `, forced by ${by}: nothing was checked` });
  const { commit, target } = done;
  const accepted = acceptedOf(issue);
  await fleet.store.transact(act, (now) => landed(now, act, { id, accepted, commit, target, forcedBy: by }));
  return done;
}

/** Its task closes with it, or goes back to the queue. */
async function landWaiting(fleet: Fleet, { id, title }: Issue, at: Lander["at"]): Promise<Landed> {
  const [around, act, by] = [await landingAround(fleet), await fleet.act(), await fleet.actor()];
  const { store, now } = fleet;
  const more = at === undefined ? {} : { at };
  const done = await landTask({ ...around, store, now, act: () => act, ...more }, id);
  const { fate, landing, left } = done;
  for (const what of left) await fleet.told("land", what, { task: id, by });
  if (fate.kind !== "landed") throw await notDone(fleet, id, done);
  const [target, repository] = [landing?.target ?? "", landing === undefined ? "" : placeOf(landing)];
  const { commit, isNew } = fate;
  const { status } = fleet.find(id);
  // There was time to say so between the last tick and the move.
  const open = status === "closed" ? "" : `; it was put back meanwhile, and is ${status}`;
  if (isNew || open !== "")
    await fleet.told("land", `landed on ${target} of ${repository} as ${commit}${open}`, { task: id, by });
  return { id, title, commit, target, repository, was_there: !isNew, left };
}

export async function notDone(
  fleet: Fleet,
  id: string,
  { fate, landing, end, left }: LandingDone,
): Promise<CommandError> {
  const told = (message: string, mend: string): CommandError => new CommandError([message, ...left].join("\n"), mend);
  switch (fate.kind) {
    case "gone":
    case "landed":
      return told(`${id} does not wait to land any more`, `fleet explain ${id}`);
    case "void":
      return await voidError(fleet, id, fate);
    case "held": {
      const { message, mend } =
        landing === undefined || end === undefined || end.kind === "landed"
          ? { message: `${id} has not landed: ${fate.why}`, mend: fate.mend ?? `fleet land ${id}` }
          : refusedAs(id, landing, end);
      return told(message, mend ?? `fleet land ${id}`);
    }
    case "back": {
      await fleet.told("land", fate.reason, { task: id, by: await fleet.actor() });
      const isRed = end?.kind === "red";
      const printed = isRed ? `, unless you land it without its checks:\n${end.output.trimEnd()}` : "";
      const mend = isRed ? `fleet land ${id} --force` : `fleet explain ${id}`;
      return told(`${id} ${fate.reason}; ${BACK[fate.to.kind]}${printed}`, mend);
    }
  }
}

const BACK = {
  retry: "its next attempt resumes it",
  block: "a person has to look",
  ask: "a person has to say whether it is done",
} as const;

interface Closed {
  readonly workspace: WorkspaceRecord;
  readonly at: Lander["at"];
}

/** It is closed already, and stays so whatever comes of this. */
async function landClosed(fleet: Fleet, issue: Issue, { workspace, at }: Closed): Promise<Landed> {
  const around = await landingAround(fleet);
  const landing = await landingOf(around, issue, workspace);
  const again: LookAgain = async () =>
    await changedSince(around, fleet.find(issue.id), { before: issue, workspace, landing });
  return await landAs(fleet, issue, landing, { how: "", at, again });
}

interface How {
  /** Behind what is told of it. */
  readonly how: string;
  readonly at?: Lander["at"];
  readonly again?: LookAgain;
}

async function landAs(fleet: Fleet, { id, title }: Issue, landing: Landing, { how, at, again }: How): Promise<Landed> {
  const around = await landingAround(fleet);
  const left: string[] = [];
  const more = { tell: (what: string) => void left.push(what), ...(at === undefined ? {} : { at }) };
  const end = await landWork(landerOf(around, landing, fleet.now, more), landing, again);
  const by = await fleet.actor();
  for (const what of left) await fleet.told("land", what, { task: id, by });
  const { target } = landing;
  const repository = placeOf(landing);
  if (end.kind !== "landed") {
    const { message, mend } = refusedAs(id, landing, end);
    throw new CommandError([message, ...left].join("\n"), mend);
  }
  const { commit, wasThere } = end;
  if (!wasThere) await fleet.told("land", `landed on ${target} of ${repository} as ${commit}${how}`, { task: id, by });
  return { id, title, commit, target, repository, was_there: wasThere, left };
}

const MOST_FILES = 20;

function refusedAs(id: string, landing: Landing, end: Exclude<LandEnd, { kind: "landed" }>): CommandError {
  const { target, source } = landing;
  const place = `${target} of ${placeOf(landing)}`;
  switch (end.kind) {
    case "conflict": {
      const files = end.files.slice(0, MOST_FILES).join(", ");
      return new CommandError(
        `${id} conflicts with ${place} in ${files}; what you make of its branch lands, once ${target} is merged there`,
        `fleet checkout ${id}`,
      );
    }
    case "red":
      return new CommandError(
        `on ${place} the check \`${end.command}\` fails (${end.how}); --force lands it without its checks:\n${end.output.trimEnd()}`,
        `fleet retry ${id}`,
      );
    case "nothing-new":
      return new CommandError(`${place} has all of ${id} already, or took it back`, `fleet task ${id} diff`);
    case "taken-off":
      return new CommandError(
        `${id} was on ${place} as ${end.commit}, and was taken off there; to open it again: fleet land ${id} --undo`,
        `git -C ${shellWord(source.top)} cherry-pick ${end.commit}`,
      );
    case "stray": {
      const paths = end.paths.slice(0, MOST_FILES).join(", ");
      return new CommandError(
        `${id} has repositories in it that are no submodules of ${source.top}, and only a link to each would land; in its branch they can be taken out, or added with git submodule add: ${paths}`,
        `fleet checkout ${id}`,
      );
    }
    case "withdrawn":
    case "wait":
      return new CommandError(`${id} has not landed: ${end.why}`, end.mend ?? `fleet land ${id}`);
    case "refused":
      return new CommandError(`${id} has not landed: ${end.why}`, `fleet land ${id}`);
  }
}
