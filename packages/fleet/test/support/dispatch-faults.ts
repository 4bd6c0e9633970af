/**
 * What is wrong with the answers of `dispatch` for a world, found without its help: each task has one answer, what goes is
 * what `plan` claims, each reason is true, and a wait whose cause is removed or whose time has come ends.
 */
import { patternsMeet } from "@fleet/kit/glob";

import { FLEET, slotsOf } from "../../src/engine/core/accounts/choose.ts";
import { coderKey } from "../../src/engine/core/breaker.ts";
import { type Answer, dispatch } from "../../src/engine/core/dispatch.ts";
import { plan } from "../../src/engine/core/plan.ts";
import type { Reason } from "../../src/engine/core/reason.ts";
import { endsAt } from "../../src/engine/core/reason-table.ts";
import type { AttemptView, TaskView, World } from "../../src/engine/core/world.ts";
import { isIn } from "../../src/settings/effective/project.ts";

/** `relieved`: the tasks of which it is tried whether what they wait for ends their wait. */
export function dispatchFaults(world: World, relieved: readonly TaskView[] = world.tasks): string[] {
  const answers = dispatch(world);
  return [
    ...answeredOnce(world, answers),
    ...claimedAsSaid(world, answers),
    ...world.tasks.flatMap((task) => untrue(world, task, answers)),
    ...relieved.flatMap((task) => stuck(world, task)),
  ];
}

function answeredOnce({ tasks }: World, answers: ReadonlyMap<string, Answer>): string[] {
  const ids = tasks.map(({ id }) => id).join();
  return [...answers.keys()].join() === ids ? [] : [`answers for ${[...answers.keys()].join()} to ${ids}`];
}

function claimedAsSaid(world: World, answers: ReadonlyMap<string, Answer>): string[] {
  const go = [...answers].flatMap(([task, answer]) => (answer.kind === "go" ? [`${task} on ${answer.account}`] : []));
  const claimed = plan(world).flatMap((action) =>
    action.kind === "claim" ? [`${action.task} on ${action.account}`] : [],
  );
  return go.join() === claimed.join() ? [] : [`goes: ${go.join()}; claimed: ${claimed.join()}`];
}

/** What has room: the attempts, and what goes before the task. */
function before(world: World, task: TaskView, answers: ReadonlyMap<string, Answer>): Holder[] {
  const ahead = world.tasks
    .slice(0, world.tasks.indexOf(task))
    .flatMap(({ id, coder, path, cwd, isAgent = false, isolated = false }) => {
      const answer = answers.get(id);
      return answer?.kind === "go" ? [{ task: id, coder, path, cwd, isAgent, isolated, account: answer.account }] : [];
    });
  return [...world.attempts, ...ahead];
}
type Holder = Pick<AttemptView, "task" | "coder" | "path" | "cwd" | "account" | "isAgent" | "isolated">;

function untrue(world: World, task: TaskView, answers: ReadonlyMap<string, Answer>): string[] {
  const answer = answers.get(task.id);
  const using = before(world, task, answers);
  if (answer === undefined) return [];
  const isTrue =
    answer.kind === "go" ? mayStart(world, task, using, answer.account) : isSo(world, task, using, answer.reason);
  return isTrue ? [] : [`${task.id}: not so: ${JSON.stringify(answer)}`];
}

const inDirectory = (cwd: string, all: readonly Holder[]): readonly Holder[] =>
  all.filter((one) => one.cwd === cwd && one.isolated !== true);
const agentsIn = (cwd: string, all: readonly Holder[]): readonly Holder[] =>
  inDirectory(cwd, all).filter((one) => one.isAgent === true);

const waitsForQuiet = ({ phase }: AttemptView): boolean =>
  phase.kind === "proving" && phase.step.kind === "check" && phase.step.whenQuiet;

/** Those that may change what the task may. */
const meetingOf = (world: World, { touches = [] }: TaskView, using: readonly Holder[]): readonly Holder[] =>
  using.filter((one) =>
    world.tasks.some(
      ({ id, touches: its = [] }) =>
        id === one.task && touches.some((mine) => its.some((other) => patternsMeet(mine, other))),
    ),
  );

const accountOf = (world: World, task: TaskView, name: string) =>
  slotsOf(world.accounts, task.coder).find((slot) => slot.name === name);

const parkOf = (world: World, task: TaskView, name: string): number =>
  Math.max(
    world.parked[name] ?? -Infinity,
    accountOf(world, task, name)?.free === true ? -Infinity : (world.parked[FLEET] ?? -Infinity),
  );

function mayStart(world: World, task: TaskView, using: readonly Holder[], account: string): boolean {
  const { limits, wall, mode, tripped } = world;
  const at = (name: keyof Holder, value: string | undefined): number =>
    using.filter((one) => one[name] === value).length;
  const passes = (from: number | undefined, running: number): boolean =>
    from === undefined || (from <= wall && running === 0);
  const slot = accountOf(world, task, account);
  return (
    mode.kind === "running" &&
    !world.unknown &&
    at("task", task.id) === 0 &&
    task.notBefore <= wall &&
    task.obstacles.every((one) => one.kind === "deferred" && one.until !== null && one.until <= wall) &&
    passes(tripped.coders[coderKey(task)], using.filter((one) => coderKey(one) === coderKey(task)).length) &&
    passes(tripped.dirs[task.cwd], inDirectory(task.cwd, using).length) &&
    task.silent !== true &&
    task.noClone === undefined &&
    task.strayed === undefined &&
    (task.isAgent !== true ||
      task.isolated === true ||
      task.maxPerCwd !== undefined ||
      agentsIn(task.cwd, using).length === 0) &&
    using.length < limits.maxConcurrent &&
    at("coder", task.coder) < (limits.maxPerCoder[task.coder] ?? Infinity) &&
    (task.isolated === true || inDirectory(task.cwd, using).length < (task.maxPerCwd ?? Infinity)) &&
    (task.rooms ?? []).every(({ dir, max }) => using.filter((one) => isIn(one.cwd, dir)).length < max) &&
    (task.isolated === true || !world.attempts.some((one) => one.cwd === task.cwd && waitsForQuiet(one))) &&
    (task.sameFiles !== "wait" || meetingOf(world, task, using).length === 0) &&
    slot !== undefined &&
    at("account", account) < (slot.max ?? Infinity) &&
    (world.onTrial?.includes(account) !== true || at("account", account) === 0) &&
    parkOf(world, task, account) <= wall
  );
}

function isSo(world: World, task: TaskView, using: readonly Holder[], reason: Reason): boolean {
  const { limits, wall, mode, tripped } = world;
  const holders = (by: readonly string[], all: readonly Holder[]): boolean =>
    by.join() === all.map((one) => one.task).join();
  switch (reason.kind) {
    case "running":
      return task.obstacles.includes(reason) || using.some((one) => one.task === task.id);
    case "backoff":
      return task.notBefore === reason.until && reason.until > wall;
    case "breaker":
      return reason.from > wall && [tripped.coders[coderKey(task)], tripped.dirs[task.cwd]].includes(reason.from);
    case "probed":
      return using.some((one) => one.task === reason.by && (coderKey(one) === coderKey(task) || one.cwd === task.cwd));
    case "strayed":
      return task.strayed === reason.why && reason.directory === task.cwd;
    case "no-clone":
      return task.noClone === reason.why && reason.directory === task.cwd;
    case "directory-silent":
      return task.silent === true && reason.directory === task.cwd;
    case "fleet-parked":
      return (world.parked[FLEET] ?? 0) > wall;
    case "parked":
      return reason.accounts.every(({ account }) => parkOf(world, task, account) > wall);
    case "store-unknown":
      return world.unknown;
    case "supervised-elsewhere":
      return mode.kind === "elsewhere";
    case "unreadable":
    case "blind":
    case "unsettled":
    case "unsupervised":
    case "stopping":
    case "draining":
    case "paused":
      return mode.kind === reason.kind;
    case "machine":
      return world.hold !== undefined;
    case "fleet-full":
      return using.length >= limits.maxConcurrent && holders(reason.by, using);
    case "coder-full": {
      const all = using.filter((one) => one.coder === task.coder);
      return all.length >= reason.max && reason.max === limits.maxPerCoder[task.coder] && holders(reason.by, all);
    }
    case "directory-full": {
      const all = inDirectory(task.cwd, using);
      return all.length >= reason.max && reason.max === task.maxPerCwd && holders(reason.by, all);
    }
    case "directory-taken": {
      const all = agentsIn(task.cwd, using);
      return task.isAgent === true && all.length > 0 && task.maxPerCwd === undefined && holders(reason.by, all);
    }
    case "project-full": {
      const all = using.filter((one) => isIn(one.cwd, reason.project));
      const room = (task.rooms ?? []).find(({ dir }) => dir === reason.project);
      return all.length >= reason.max && reason.max === room?.max && holders(reason.by, all);
    }
    case "same-files": {
      const all = meetingOf(world, task, using);
      return task.sameFiles === "wait" && all.length > 0 && holders(reason.by, all);
    }
    case "quiet":
      return world.attempts.some((one) => one.task === reason.by && one.cwd === task.cwd && waitsForQuiet(one));
    case "account-full":
      return reason.accounts.every((name) => {
        const max = accountOf(world, task, name)?.max ?? Infinity;
        return using.filter((one) => one.account === name).length >= max;
      });
    case "account-trial": {
      const all = using.filter((one) => one.account === reason.account);
      return all.length > 0 && world.onTrial?.includes(reason.account) === true && holders(reason.by, all);
    }
    case "account-rising":
      return reason.at > wall && parkOf(world, task, reason.account) <= wall;
    case "landing-after":
      return task.landing?.after === reason.on;
    case "landing-next":
    case "landing-now":
    case "landing-held":
      return task.landing !== undefined && world.landings?.some(({ task: id }) => id === task.id) === true;
    case "elsewhere":
    case "record-unknown":
    case "needs-you":
    case "asked":
    case "in-review":
    case "to-pick":
    case "landing":
    case "pull-request":
    case "container":
    case "left-behind":
    case "status":
    case "assigned":
    case "set-aside":
    case "deferred":
    case "dependencies":
    case "held":
    case "no-directory":
    case "no-coder":
    case "coder-unknown":
    case "review-full":
      return task.obstacles.includes(reason);
  }
}

/** The world in which that reason is over: its time has come, or its cause is removed. */
function without(world: World, task: TaskView, reason: Reason): World {
  const at = endsAt(reason);
  if (at !== null) return { ...world, wall: Math.max(at, world.wall) };
  const gone = (ids: readonly string[]): World => ({
    ...world,
    attempts: world.attempts.filter((one) => !ids.includes(one.task)),
    tasks: world.tasks.filter(({ id }) => id === task.id || !ids.includes(id)),
  });
  const changed = (over: Partial<TaskView>): World => ({
    ...world,
    tasks: world.tasks.map((one) => (one.id === task.id ? { ...one, ...over } : one)),
  });
  const own = world.tasks.find(({ id }) => id === task.id)?.obstacles ?? [];
  const met = own.find((one) => JSON.stringify(one) === JSON.stringify(reason));
  if (reason.kind === "running")
    return { ...gone([task.id]), tasks: changed({ obstacles: own.filter((one) => one !== met) }).tasks };
  if (met !== undefined) return changed({ obstacles: own.filter((one) => one !== met) });
  switch (reason.kind) {
    case "store-unknown":
      return { ...world, unknown: false };
    case "landing-after":
    case "landing-next":
    case "landing-now":
    case "landing-held":
      return changed({ obstacles: own.filter(({ kind }) => kind !== "landing") });
    case "machine":
      return { ...world, hold: undefined };
    case "fleet-parked":
    case "parked":
      return { ...world, parked: {} };
    case "fleet-full":
    case "coder-full":
    case "directory-full":
    case "directory-taken":
    case "project-full":
    case "same-files":
    case "account-full":
    case "account-trial":
      return gone(reason.by);
    case "strayed":
      return { ...world, tasks: world.tasks.map(({ strayed: _why, ...one }) => one) };
    case "no-clone":
      return { ...world, tasks: world.tasks.map(({ noClone: _why, ...one }) => one) };
    case "directory-silent":
      return { ...world, tasks: world.tasks.map((one) => ({ ...one, silent: false })) };
    case "probed":
    case "quiet":
      return gone([reason.by]);
    case "supervised-elsewhere":
    case "unreadable":
    case "blind":
    case "unsettled":
    case "unsupervised":
    case "stopping":
    case "draining":
    case "paused":
      return { ...world, mode: { kind: "running" } };
    // Each has a time, or is an obstacle.
    case "backoff":
    case "breaker":
    case "account-rising":
    case "elsewhere":
    case "record-unknown":
    case "needs-you":
    case "asked":
    case "in-review":
    case "to-pick":
    case "landing":
    case "pull-request":
    case "container":
    case "left-behind":
    case "status":
    case "assigned":
    case "set-aside":
    case "deferred":
    case "dependencies":
    case "held":
    case "no-directory":
    case "no-coder":
    case "coder-unknown":
    case "review-full":
      return world;
  }
}

function stuck(world: World, task: TaskView): string[] {
  let now = world;
  let last = "";
  // Each removes an attempt, a task, an obstacle, a park or a pause, or sets the clock forward to one of their times.
  const most = 20 + 2 * (world.tasks.length + world.attempts.length);
  for (let step = 0; step < most; step++) {
    const answer = dispatch(now).get(task.id);
    if (answer?.kind !== "wait") return [];
    const told = JSON.stringify(answer.reason);
    if (told === last) return [`${task.id} still waits though it is over: ${told}`];
    last = told;
    now = without(now, task, answer.reason);
  }
  return [`${task.id} never goes; the last: ${last}`];
}
