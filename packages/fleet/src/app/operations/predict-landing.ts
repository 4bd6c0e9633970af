/** What would become of landings, and of what waits to land before them. Changes nothing. */
import { landingOf as stageOf } from "@fleet/store/claims";
import { Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";

import { inLandingOrder } from "../../engine/core/landing.ts";
import { landerOf, landingOf, placeOf } from "../../engine/shell/land/landing-of.ts";
import type { Landing } from "../../landing/land.ts";
import { predict, type Prediction } from "../../landing/predict.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { landingAround } from "./land.ts";

export interface PredictedLanding {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  /** The top of the repository. */
  readonly repository: string;
  readonly would: Prediction["kind"];
  /** The commit that has it already. */
  readonly commit: string | null;
  /** In conflict: with its target as it is, or with `tasks`, which would land before it. */
  readonly files: readonly string[];
  readonly tasks: readonly string[];
}

/** The tasks that wait to land, in the order in which they would. */
export function waitingToLand({ store }: Fleet): Issue[] {
  const snapshot = store.snapshot();
  const graph = new Graph(snapshot);
  const waiting = [...snapshot.live.values()].flatMap((issue) => {
    const stage = stageOf(issue);
    if (stage === undefined) return [];
    const { id: task, priority } = issue;
    const after = graph.isBlocked(issue) ? graph.blockedBy(issue) : [];
    return [{ issue, task, priority, at: stage.at, after }];
  });
  return inLandingOrder(waiting).map(({ issue }) => issue);
}

/** Of these tasks, with what waits as well. */
export async function predictLanding(fleet: Fleet, named: readonly string[]): Promise<PredictedLanding[]> {
  await fleet.allow({ kind: "command", words: "fleet land" });
  const asked = named.map((one) => fleet.find(one));
  const around = await landingAround(fleet);
  const waiting = waitingToLand(fleet);
  const all = [...waiting, ...asked.filter(({ id }) => waiting.every((one) => one.id !== id))];
  const byRepository = new Map<string, { readonly issue: Issue; readonly landing: Landing }[]>();
  for (const issue of all) {
    const isAsked = asked.some(({ id }) => id === issue.id);
    const workspace = readWorkspace(fleet.home, issue.id);
    if (workspace === undefined && isAsked)
      throw new CommandError(
        `${issue.id} works in its directory, or was not begun: there is nothing to land`,
        `fleet task ${issue.id}`,
      );
    if (workspace === undefined) continue;
    try {
      const landing = await landingOf(around, issue, workspace);
      // Of one remote and of one repository each is one queue.
      const key = `${workspace.source.common_dir}\0${landing.remote?.url ?? ""}`;
      byRepository.set(key, [...(byRepository.get(key) ?? []), { issue, landing }]);
    } catch (error) {
      // What can't land keeps nothing else from it.
      if (isAsked) throw error;
    }
  }
  const rows: PredictedLanding[] = [];
  for (const landings of byRepository.values()) {
    const [first] = landings;
    if (first === undefined) continue;
    const lander = landerOf(around, first.landing, fleet.now, {});
    const predicted = await predict(
      lander,
      landings.map(({ landing }) => landing),
    );
    for (const [at, { issue, landing }] of landings.entries())
      rows.push(rowOf(issue, landing, predicted[at]?.prediction ?? { kind: "lands" }));
  }
  return named.length === 0 ? rows : asked.flatMap(({ id }) => rows.filter((row) => row.id === id));
}

function rowOf({ id, title }: Issue, landing: Landing, prediction: Prediction): PredictedLanding {
  const isConflict = prediction.kind === "conflict";
  return {
    id,
    title,
    target: landing.target,
    repository: placeOf(landing),
    would: prediction.kind,
    commit: prediction.kind === "landed" ? prediction.commit : null,
    files: isConflict ? prediction.files : [],
    tasks: isConflict ? prediction.tasks : [],
  };
}
