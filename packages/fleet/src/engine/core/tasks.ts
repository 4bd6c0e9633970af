/** From the store to the tasks that are not finished, as `dispatch` takes them. */
import { experimentOf, landingOf, openPullOf } from "@fleet/store/claims";
import { setting } from "@fleet/store/task-settings";
import { fleetRecord, type Subject } from "@fleet/store/fleet-record";
import { byDispatch, Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis } from "@fleet/store/time";

import { effective } from "../../settings/effective/effective.ts";
import type { Land, Via } from "../../settings/land.ts";
import type { Config } from "../../settings/schema.ts";
import type { WorkBase } from "../../settings/work-base.ts";
import type { Beginning } from "../../workspaces/beginning.ts";
import { dueAt } from "./backoff.ts";
import { opensPull } from "./pull-request.ts";
import { touched } from "./same-files.ts";
import { placeIn } from "./strayed.ts";
import { unknownCoder } from "./unknown-coder.ts";
import { isAgent } from "./is-agent.ts";
import { obstaclesOf, type Queue } from "./obstacles.ts";
import { reviewFull, type Waiting, waitingForReview } from "./review-full.ts";
import { withAccepted } from "./onto.ts";
import type { Obstacle } from "./reason.ts";
import type { TaskView } from "./world.ts";

/** Empty if none is named: it waits for a person to do so. */
export const coderOf = (issue: Issue, config: Config): string => effective(config, issue).value("coder");

export const modelOf = (issue: Issue, config: Config): string | undefined =>
  effective(config, issue).value("model") ?? undefined;

/** Where its coder is looked for, as breaker.ts tells one place from another. */
export function lookedIn(issue: Issue, config: Config): string {
  const file = startedFile(config.coders[coderOf(issue, config)]);
  const isRelative = file?.includes("/") === true && !file.startsWith("/");
  return isRelative ? cwdOf(issue) : (setting(issue, "path") ?? "");
}

/** As a person wrote it; a built-in coder is a name, which is looked for in the PATH. */
function startedFile(written: Config["coders"][string] | undefined): string | undefined {
  const [first] = written?.wrap ?? [];
  const own = written !== undefined && "argv" in written ? written.argv[0] : undefined;
  return first ?? (typeof own === "string" ? own : undefined);
}

/** How its attempt shares a directory with others: by its settings as they are when it is claimed. */
export const sharingOf = (issue: Issue, config: Config): { readonly isolated: boolean; readonly isAgent: boolean } => {
  const { value } = effective(config, issue);
  return { isolated: value("isolate") === "clone", isAgent: isAgent(value("coder"), config) };
};

/** Where its work begins, where it works in a clone. What is one of an experiment is picked by a person before any of it lands. */
export const beginningOf = (issue: Subject, config: Config): Beginning & { readonly base: WorkBase } => {
  const { value } = effective(config, issue);
  const isToLand = value("land") !== "off" && experimentOf(issue) === undefined;
  return { base: value("base"), target: setting(issue, "target"), via: isToLand ? value("via") : undefined };
};

/** The account of the session that the next attempt may resume. */
export const sessionAccount = (issue: Issue): string | undefined => fleetRecord(issue).session_account;

/** Empty where the task has none (it came from elsewhere): it waits for a person to give it one. */
export const cwdOf = (issue: Issue): string => setting(issue, "cwd") ?? "";

/** Every task that is not finished, in the order of dispatch, with what the store says of it. */
export function tasksOf(
  snapshot: Snapshot,
  config: Config,
  now: number,
  home: Pick<Queue, "here" | "homeId">,
): TaskView[] {
  const queue = { snapshot, graph: new Graph(snapshot), now, ...home };
  const live = [...snapshot.live.values()];
  const waiting = waitingForReview(live, config);
  return live.sort(byDispatch).map((issue) => taskOf(issue, config, queue, waiting));
}

/** One literal with always the same fields: with spreads it cost more than everything else in a tick over thousands of tasks. */
function taskOf(issue: Issue, config: Config, queue: Queue, waiting: readonly Waiting[]): TaskView {
  const { not_before, reason, place } = fleetRecord(issue);
  const { value, projects } = effective(config, issue);
  const setup = projects.find(({ settings }) => settings.setup !== undefined)?.dir;
  const coder = value("coder");
  const cwd = cwdOf(issue);
  const { isolated, isAgent: isOfAgent } = sharingOf(issue, config);
  const { base, target, via } = beginningOf(issue, config);
  const seen = [
    ...toPull(issue, config, obstaclesOf(issue, queue)),
    ...unknownCoder(coder, config),
    ...reviewFull(issue, projects, waiting),
  ];
  const { obstacles, onto } = startsOnto(issue, seen, isolated && base === "needs", queue);
  return {
    id: issue.id,
    coder,
    path: lookedIn(issue, config),
    cwd,
    isolated,
    isAgent: isOfAgent,
    base,
    target,
    via,
    was: placeIn(place, queue.homeId, cwd),
    setup: isolated ? setup : undefined,
    maxPerCwd: value("max_per_cwd") ?? undefined,
    touches: touched(issue, cwd),
    sameFiles: value("same_files"),
    rooms: projects.flatMap(({ dir, settings: { max } }) => (max === undefined ? [] : [{ dir, max }])),
    notBefore: dueAt(
      { retry_backoff: value("retry_backoff"), retry_backoff_max: value("retry_backoff_max") },
      millis(not_before),
      queue.now,
    ),
    after: reason ?? null,
    sessionAccount: sessionAccount(issue),
    landing: toLand(issue, { land: value("land"), via: value("via") }, queue),
    obstacles,
    onto,
  };
}

/** A task that gets a pull request automatically does not wait for a person. */
const toPull = (issue: Issue, config: Config, obstacles: readonly Obstacle[]): Obstacle[] =>
  obstacles.map((one) =>
    one.kind === "landing" && opensPull(issue, config) ? { kind: "pull-request", url: null } : one,
  );

/** Tasks that land automatically, and the unfinished ones they need. */
function toLand(
  issue: Issue,
  { land, via }: { readonly land: Land; readonly via: Via },
  { graph }: Queue,
): TaskView["landing"] {
  const stage = landingOf(issue);
  // A task with a pull request lands through it.
  const isPulled = openPullOf(issue) !== undefined;
  if (stage === undefined || land !== "auto" || via === "pr" || isPulled) return undefined;
  const after = graph.isBlocked(issue) ? graph.blockedBy(issue) : [];
  return { priority: issue.priority, via, at: stage.at, after };
}

function startsOnto(
  issue: Issue,
  obstacles: readonly Obstacle[],
  isStacked: boolean,
  queue: Queue,
): Pick<TaskView, "obstacles" | "onto"> {
  if (!isStacked) return { obstacles };
  const { obstacles: left, onto } = withAccepted(issue, obstacles, queue, cwdOf);
  return { obstacles: left, onto: onto.length === 0 ? undefined : onto };
}
