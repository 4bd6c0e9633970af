/**
 * The pull request of a task whose work is accepted: opened and kept at its work, and looked at. Merged, the task closes; what is said
 * there and what fails there comes back to it, each once and so often at most.
 */
import { join } from "node:path";

import { reasonOf } from "@fleet/kit/git/git";
import { git } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Source } from "@fleet/kit/git/source";
import { ifReadable } from "@fleet/kit/errors";
import { acceptedOf, fleetRecord, landingOf, openPullOf, setting } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { landed } from "@fleet/store/ops/landed";
import { pullAsked, pullOpened, pullRework } from "@fleet/store/ops/pull";

import { dirOf } from "../../attempts/records/paths.ts";
import { readReceipt } from "../../attempts/records/record.ts";
import { pullStep, type PullStep } from "../../engine/core/pull-request.ts";
import { pushEnd } from "../../landing/push-answer.ts";
import { effective } from "../../settings/effective/effective.ts";
import { readWorkspace, type WorkspaceRecord } from "../../workspaces/record.ts";
import { upstreamOf } from "../../workspaces/upstream.ts";
import { CommandError } from "../errors.ts";
import { type Gh, ghIn } from "../gh.ts";
import type { Fleet } from "../open.ts";
import { pullText } from "../views/pull-text.ts";
import { refuseVoidApproval } from "./approval.ts";
import { acceptedWork, headOf, sourceOf } from "../../engine/shell/land/landing-of.ts";
import { landingAround } from "./land.ts";

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

/** Those that have one which nobody has merged or closed yet. */
export function openPulls({ store }: Fleet): string[] {
  return [...store.snapshot().live.values()].flatMap((issue) => (openPullOf(issue) === undefined ? [] : [issue.id]));
}

export async function pull(fleet: Fleet, named: string, draft: boolean | undefined): Promise<Pulled> {
  await fleet.allow({ kind: "command", words: "fleet pr" });
  const issue = fleet.find(named);
  const { id, title } = issue;
  const workspace = readWorkspace(fleet.home, id);
  if (workspace === undefined || landingOf(issue) === undefined)
    throw new CommandError(
      `${id} has no accepted work in a clone that waits to land`,
      "fleet config set land=manual: then such tasks wait",
    );
  const place = await placeOf(fleet, issue, workspace);
  const gh = ghIn(place.source.top, fleet.world.env);
  const { number, url } = await upToDate(fleet, issue, place, { gh, draft });
  const { value } = effective((await fleet.settings()).config, issue);
  const known = fleetRecord(fleet.find(id)).pull ?? { told: [], rounds: 0 };
  const step = pullStep(await gh.see(number), known, value("max_pr_rounds"));
  const what = await take(fleet, id, step, { url, target: place.target });
  return { id, title, url, number, state: step.kind, what };
}

interface PullPlace {
  readonly source: Source;
  readonly depot: string;
  readonly head: string;
  /** What the branch is called at the remote. */
  readonly branch: string;
  readonly target: string;
  readonly remote: { readonly url: string; readonly base: string };
}

async function placeOf(fleet: Fleet, issue: Issue, workspace: WorkspaceRecord): Promise<PullPlace> {
  const { env } = fleet.world;
  const around = await landingAround(fleet);
  const source = await sourceOf(around, issue.id, workspace);
  const { depot, branch } = workspace;
  const target = setting(issue, "target") ?? workspace.target;
  const upstream = upstreamOf(source, target);
  if (target === undefined || upstream === undefined || upstream.remote === ".")
    throw new CommandError(
      `${target ?? "the target"} of ${source.top} follows no branch of a remote, so nothing can be pulled there`,
      `git -C ${source.top} branch --set-upstream-to=REMOTE/BRANCH ${target ?? "BRANCH"}`,
    );
  const asked = await git({ place: "person", env, dir: source.top }, ["remote", "get-url", "--push", upstream.remote]);
  if (asked.kind !== "ok") throw new CommandError(`where ${upstream.remote} is can't be read: ${reasonOf(asked)}`);
  const head = await headOf(around, acceptedWork(around, issue), { task: issue.id, depot, source, branch });
  return { source, depot, head, branch, target, remote: { url: asked.stdout.trim(), base: upstream.branch } };
}

interface With {
  readonly gh: Gh;
  readonly draft: boolean | undefined;
}

/** Pushed, and opened where there is none: its text is what shows the work now. */
async function upToDate(
  fleet: Fleet,
  issue: Issue,
  place: PullPlace,
  { gh, draft }: With,
): Promise<{ readonly number: number; readonly url: string }> {
  const { id } = issue;
  const before = fleetRecord(issue).pull;
  const isOpen = before !== undefined && before.number > 0;
  if (isOpen && before.head === place.head) return before;
  await refuseVoidApproval(fleet, issue, place.head);
  await push(fleet, place, before?.head);
  const { value } = effective((await fleet.settings()).config, issue);
  const stage = landingOf(issue);
  const receipt = stage === undefined ? undefined : ifReadable(() => readReceipt(dirOf(fleet.home, id, stage.attempt)));
  const text = pullText(issue, stage?.reason ?? "", receipt);
  const { branch, head, remote } = place;
  const asked = { ...text, head: branch, base: remote.base, draft: draft ?? value("pr_draft") };
  const made = isOpen ? before : await gh.open(asked);
  if (isOpen) await gh.edit(before.number, text.body);
  const { number, url } = made;
  const act = await fleet.act();
  await fleet.store.transact(act, (snapshot) => pullOpened(snapshot, act, { id, number, url, head }));
  await fleet.told("pull", isOpen ? `pushed ${head.slice(0, 10)} to ${url}` : `opened ${url}`, {
    task: id,
    by: act.actor,
  });
  return { number, url };
}

/** The task's own branch: what fleet pushed there before may be replaced, what somebody else pushed may not. */
async function push({ world: { env } }: Fleet, place: PullPlace, before: string | undefined): Promise<void> {
  const { source, depot, head, branch, remote } = place;
  const ref = `refs/heads/${branch}`;
  const where = { GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(depot, "objects")) };
  const quiet = ["--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed"];
  const lease = `--force-with-lease=${ref}:${before ?? ""}`;
  const answer = await gitObjects(
    ["push", "--porcelain", ...quiet, lease, remote.url, `${head}:${ref}`],
    { env, gitDir: source.commonDir, as: "checkout", where },
    { timeout: 600_000 },
  );
  const end = pushEnd(answer, ref);
  if (end.kind === "moved") return;
  // The answer was lost, or it is there already: what is there says so.
  const there = await gitObjects(["ls-remote", remote.url, ref], { env, gitDir: source.commonDir, as: "checkout" });
  if (there.kind === "ok" && there.stdout.split("\t")[0] === head) return;
  throw new CommandError(`${branch} was not pushed to ${remote.url}: ${end.why}`, `git ls-remote ${remote.url} ${ref}`);
}

async function take(
  fleet: Fleet,
  id: string,
  step: PullStep,
  { url, target }: { readonly url: string; readonly target: string },
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
      await fleet.store.transact(act, (snapshot) => landed(snapshot, act, { id, accepted, commit, target }));
      return await tell(`${url} was merged`);
    }
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
