/**
 * The pull request of a task whose work is accepted: opened and kept at its work, and looked at. Merged, the task closes; what is said
 * there and what fails there comes back to it, each once and so often at most.
 */
import { ifReadable } from "@fleet/kit/errors";
import { acceptedOf, landingOf, openPullOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import { landed } from "@fleet/store/ops/landed";
import { pullAsked, pullMerged, pullOpened, pullRework } from "@fleet/store/ops/pull";

import { dirOf } from "../../attempts/records/paths.ts";
import { readReceipt } from "../../attempts/records/receipt.ts";
import { pullsToOpen, pullStep, type PullStep } from "../../engine/core/pull-request.ts";
import { settleEnd } from "../../engine/shell/land/land-task.ts";
import {
  noteMerged,
  pushedWork,
  type PullPushed,
  pullWork,
  type PullWork,
  pushPull,
} from "../../engine/shell/land/pull-work.ts";
import { readMode } from "../../engine/shell/state/mode-file.ts";
import type { Landing } from "../../landing/land.ts";
import type { Merging } from "../../landing/merged.ts";
import { effective } from "../../settings/effective/effective.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import { type Gh, ghIn } from "../gh.ts";
import type { Fleet } from "../open.ts";
import { pullText } from "../views/pull-text.ts";
import { refuseVoidApproval } from "./approval.ts";
import { landingAround, notDone, tooEarly } from "./land.ts";

export interface Pulled {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly number: number;
  /** What came of looking. */
  readonly state: PullStep["kind"];
  /** In words. */
  readonly what: string;
}

/** Those with an open one, and those that get one automatically. */
export async function openPulls({ home, store, settings }: Fleet): Promise<string[]> {
  const snapshot = store.snapshot();
  const { config } = await settings();
  const open = [...snapshot.live.values()].filter((issue) => openPullOf(issue) !== undefined);
  // While the fleet is paused, none is opened.
  const isRunning = readMode(home) === "running";
  const toOpen = isRunning ? pullsToOpen(snapshot.live.values(), config, () => new Graph(snapshot)) : [];
  return [...open, ...toOpen].map(({ id }) => id);
}

export async function pull(fleet: Fleet, named: string, draft: boolean | undefined): Promise<Pulled> {
  await fleet.allow({ kind: "command", words: "fleet pr" });
  const issue = fleet.find(named);
  const { id, title } = issue;
  const workspace = readWorkspace(fleet.home, id);
  if (workspace === undefined || landingOf(issue) === undefined)
    throw new CommandError(
      `${id} has no accepted work in a clone that waits to land: with land: off none does`,
      `fleet explain ${id}`,
    );
  const early = openPullOf(issue) === undefined ? tooEarly(new Graph(fleet.store.snapshot()), issue) : undefined;
  if (early !== undefined) throw new CommandError(early.why, early.mend);
  const work = await pullWork(await landingAround(fleet), issue, workspace);
  const gh = ghIn(work.landing.source.top, fleet.world.env);
  const { number, url } = await whatIsOpen(fleet, issue, work, { gh, draft });
  const { value } = effective((await fleet.settings()).config, issue);
  const known = fleetRecord(fleet.find(id)).pull ?? { told: [], rounds: 0, head: "" };
  const seen = await gh.see(number);
  const step = pullStep(seen, known, value("max_pr_rounds"));
  const what = await take(fleet, id, step, { url, target: work.landing.target, pushed: [seen.head, known.head] });
  return { id, title, url, number, state: step.kind, what };
}

/** The one that is to be looked at. It may have ended, or been given another branch, before it had what is to land now. */
async function whatIsOpen(fleet: Fleet, issue: Issue, work: PullWork, made: With): Promise<Opened> {
  const open = openPullOf(issue);
  if (open === undefined) return await upToDate(fleet, issue, work, made);
  if ((open.work ?? open.head) === work.landing.head) return open;
  const { state, merged, branch, head } = await made.gh.see(open.number);
  switch (state) {
    case "open":
      return await upToDate(fleet, issue, { ...work, branch: branch ?? work.branch }, made);
    case "merged": {
      if (pushedWork(fleet.home, issue.id, head) === work.landing.head)
        return await mergedWith(fleet, issue.id, open, { head, work: work.landing.head });
      const { url } = open;
      const merge = { url, commit: merged ?? url, pushed: [head, open.head] };
      return await upToDate(fleet, await mergedBefore(fleet, issue.id, merge), work, made);
    }
    case "closed":
      return open;
  }
}

interface MergedAs extends Pick<Merging, "pushed" | "commit"> {
  readonly url: string;
}

async function mergedBefore(fleet: Fleet, id: string, { url, commit, pushed }: MergedAs): Promise<Issue> {
  const act = await fleet.act();
  noteMerged(fleet.home, id, { commit, pushed, at: new Date(fleet.now()).toISOString() });
  const left = await fleet.store.transact(act, (snapshot) => pullMerged(snapshot, act, { id, commit }));
  await fleet.told("pull", `${url} was merged without what was accepted since, which gets another one`, {
    task: id,
    by: act.actor,
  });
  return left;
}

/** Records a push whose command was killed before it could do that. */
async function mergedWith(
  fleet: Fleet,
  id: string,
  { number, url }: Opened,
  pushed: { readonly head: string; readonly work: string },
): Promise<Opened> {
  const act = await fleet.act();
  await fleet.store.transact(act, (now) => pullOpened(now, act, { id, number, url, ...pushed }));
  return { number, url };
}

interface With {
  readonly gh: Gh;
  readonly draft: boolean | undefined;
}

type Opened = Pick<Pulled, "number" | "url">;

/** Pushed, and opened where there is none: its text is what shows the work now. */
async function upToDate(fleet: Fleet, issue: Issue, work: PullWork, { gh, draft }: With): Promise<Opened> {
  const { id } = issue;
  const before = fleetRecord(issue).pull;
  const isOpen = before !== undefined && openPullOf(issue) !== undefined;
  const { head: accepted } = work.landing;
  await refuseVoidApproval(fleet, issue, accepted);
  const around = await landingAround(fleet);
  const pushed = await pushPull(around, work, { before: before?.head, now: fleet.now });
  if (pushed.kind !== "pushed") throw await givenBack(fleet, issue, work.landing, pushed);
  const { commit: head } = pushed;
  const { value } = effective((await fleet.settings()).config, issue);
  const stage = landingOf(issue);
  const receipt = stage === undefined ? undefined : ifReadable(() => readReceipt(dirOf(fleet.home, id, stage.attempt)));
  const text = pullText(issue, stage?.reason ?? "", receipt);
  const { branch, target } = work;
  const asked = { ...text, head: branch, commit: head, base: target, draft: draft ?? value("pr_draft") };
  const made = isOpen ? before : await gh.open(asked);
  if (isOpen) await gh.edit(before.number, text.body);
  const { number, url } = made;
  const act = await fleet.act();
  await fleet.store.transact(act, (snapshot) => pullOpened(snapshot, act, { id, number, url, head, work: accepted }));
  await fleet.told("pull", isOpen ? `pushed ${head.slice(0, 10)} to ${url}` : `opened ${url}`, {
    task: id,
    by: act.actor,
  });
  return { number, url };
}

async function givenBack(
  fleet: Fleet,
  issue: Issue,
  landing: Landing,
  end: Exclude<PullPushed, { kind: "pushed" }>,
): Promise<CommandError> {
  const { id } = issue;
  const [act, around, attempt] = [await fleet.act(), await landingAround(fleet), landingOf(issue)?.attempt.uuid ?? ""];
  const { store, now } = fleet;
  const fate = await settleEnd({ ...around, store, now, act: () => act }, issue, { attempt, landing, end });
  return await notDone(fleet, id, { fate, landing, end, left: [] });
}

async function take(
  fleet: Fleet,
  id: string,
  step: PullStep,
  { url, target, pushed }: { readonly url: string; readonly target: string } & Pick<Merging, "pushed">,
): Promise<string> {
  const act = await fleet.act();
  const tell = async (what: string): Promise<string> => {
    await fleet.told("pull", what, { task: id, by: act.actor });
    return what;
  };
  switch (step.kind) {
    case "wait":
      return step.why;
    case "merged": {
      const commit = step.commit ?? url;
      const accepted = acceptedOf(fleet.find(id));
      noteMerged(fleet.home, id, { commit, pushed, at: new Date(fleet.now()).toISOString() });
      await fleet.store.transact(act, (snapshot) =>
        landed(snapshot, act, { id, accepted, commit, target, isMerged: true }),
      );
      return await tell(`${url} was merged`);
    }
    case "merged-before":
      await mergedBefore(fleet, id, { url, commit: step.commit ?? url, pushed });
      return `${url} was merged without what was accepted since, which gets another one`;
    case "closed": {
      const missing = [`${url} was closed without being merged`];
      await fleet.store.transact(act, (snapshot) =>
        pullAsked(snapshot, act, { id, missing, keys: [], isClosed: true }),
      );
      return await tell(missing.join());
    }
    case "capped": {
      const missing = [`${url} has more to do, and came back as often as it may:`, step.words];
      const { keys } = step;
      await fleet.store.transact(act, (snapshot) => pullAsked(snapshot, act, { id, missing, keys, isClosed: false }));
      return await tell(`${url} has more to do, and came back as often as it may (max_pr_rounds)`);
    }
    case "rework": {
      const { words, by, keys } = step;
      await fleet.store.transact(act, (snapshot) => pullRework(snapshot, act, { id, words, by, keys }));
      return await tell(`sent back from ${url} by ${by}`);
    }
  }
}
