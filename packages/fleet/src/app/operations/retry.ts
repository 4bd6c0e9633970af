/** Puts a task back into the queue with fresh tries; the record of earlier attempts stays. */
import { setting } from "@fleet/store/task-settings";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { retry as retryTask } from "@fleet/store/ops/settle";

import { flagOf, type GivenLimits, isGiven, mergedLimits } from "../../attempts/limits/flags.ts";
import { FLAG, isOver, measures, measureText } from "../../attempts/limits/measure.ts";
import { limitsOf, spentOn } from "../../attempts/limits/of-task.ts";
import { writeStop } from "../../attempts/records/stop.ts";
import { coderOf } from "../../engine/core/tasks.ts";
import { coderNamed } from "../../engine/shell/loop/context.ts";
import { asWritten } from "../../settings/limits/limits.ts";
import { unmeasured } from "../../settings/limits/measurable.ts";
import type { Config } from "../../settings/schema.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { settled } from "../settings/settled.ts";
import { toRelease } from "./release.ts";

export interface Retrying {
  /** Limits that are raised or lifted with it. */
  readonly limits: GivenLimits;
  /** In a new session of its coder. */
  readonly fresh: boolean;
  /** Also where an attempt of another home or place holds it. */
  readonly force: boolean;
}

export interface Retried {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** False: it was in the queue already, with nothing held against it. */
  readonly changed: boolean;
  /** The assignee that it keeps, which keeps fleet from starting it. */
  readonly assignee: string | null;
  /** What holds for the attempt that it was taken from, in words. */
  readonly released: string | null;
}

/** Open, unassigned, no tries and no pause: there is nothing to put back. */
function isUntried(issue: Issue): boolean {
  const { tries, not_before, reason } = fleetRecord(issue);
  return (
    issue.status === "open" &&
    (issue.assignee ?? "") === "" &&
    tries === undefined &&
    not_before === undefined &&
    reason === undefined
  );
}

/** Refuses a limit that the coder can't be held to, and a retry that the first look at what was spent would end. */
function checkRaised(home: string, config: Config, issue: Issue, given: GivenLimits): void {
  const coder = coderOf(issue, config);
  const raised = { ...issue, metadata: { ...issue.metadata, limits: mergedLimits(issue.metadata?.["limits"], given) } };
  const read = limitsOf(raised, config);
  if (!read.ok) throw new CommandError(`metadata.limits: ${read.problems.join("; ")}`, `fleet bd show ${issue.id}`);
  const known = coderNamed(config, coder);
  const [problem] = known === undefined ? [] : unmeasured(read.limits, known);
  if (problem !== undefined)
    throw new CommandError(
      `${FLAG[problem.limit]}: ${problem.why}`,
      `fleet retry ${issue.id} --${flagOf(problem.limit)} none`,
    );
  const over = measures(read.limits, { ...spentOn(home, issue.id) }).find(isOver);
  if (over !== undefined)
    throw new CommandError(
      `${issue.id} has used ${measureText(over)}; say how much it may be`,
      `fleet retry ${issue.id} ${FLAG[over.limit]} ${asWritten(over.limit, roundUp(over.used * 2))}`,
    );
}

/** To two digits, for a person to read. */
function roundUp(amount: number): number {
  const unit = 10 ** (Math.floor(Math.log10(amount)) - 1);
  return Number((Math.ceil(amount / unit) * unit).toPrecision(2));
}

export async function retry(fleet: Fleet, named: string, { limits: given, fresh, force }: Retrying): Promise<Retried> {
  await fleet.allow({ kind: "command", words: "fleet retry" });
  const { home, store, world } = fleet;
  const issue = find(store.snapshot(), named);
  const { id, title } = issue;
  const release = toRelease(store, issue, force);
  checkRaised(home, settled(await fleet.settings()), issue, given);
  // The shell of the retry has what it needs.
  const path = world.env["PATH"];
  const isMoved = path !== undefined && setting(issue, "path") !== path;
  const isFresh = fresh && fleetRecord(issue).session !== undefined;
  if (isUntried(issue) && !isGiven(given) && !isMoved && !isFresh)
    return { id, title, status: "open", changed: false, assignee: null, released: null };
  const act = await fleet.act();
  const { assignee = "" } = await store.transact(act, (snapshot) => {
    const before = snapshot.issue(id)?.metadata?.["limits"];
    const limits = isGiven(given) ? { limits: mergedLimits(before, given) ?? null } : {};
    return retryTask(snapshot, act, {
      id,
      ...(isMoved || isGiven(given) ? { metadata: { ...(isMoved ? { path } : {}), ...limits } } : {}),
      ...(release === undefined ? {} : { release: release.uuid }),
      ...(isFresh ? { fresh: true } : {}),
    });
  });
  // A supervisor there, if any, stops it; here it no longer blocks anything.
  if (release?.dir !== undefined)
    writeStop(release.dir, { kind: "by-hand", by: act.actor, verb: "retry --force" }, act.now);
  await fleet.told("retry", `back in the queue, by ${act.actor}`, { task: id, by: act.actor });
  return {
    id,
    title,
    status: "open",
    changed: true,
    assignee: assignee === "" ? null : assignee,
    released: release?.text ?? null,
  };
}
