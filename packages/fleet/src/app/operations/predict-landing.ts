/** What would become of landings, and of what waits to land before them. Changes nothing. */
import { landingOf as stageOf } from "@fleet/store/claims";
import { Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";

import { inLandingOrder } from "../../engine/core/landing.ts";
import { landerOf, landingOf, placeOf, targetOf } from "../../engine/shell/land/landing-of.ts";
import type { Landing, Withdrawn } from "../../landing/land.ts";
import { predict, type Prediction } from "../../landing/predict.ts";
import { LandingError } from "../../landing/trouble.ts";
import { effective } from "../../settings/effective/effective.ts";
import type { Via } from "../../settings/land.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import type { Fleet } from "../open.ts";
import { landingAround, nothingToLand, tooEarly, unfitAs } from "./land.ts";

export interface PredictedLanding {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  /** The top of the repository. */
  readonly repository: string;
  /** How it would land. */
  readonly via: Via;
  readonly would: Prediction["kind"] | "refused";
  /** Of what has no target or is refused, in a sentence; else null. */
  readonly why: string | null;
  /** What is to be run about that. */
  readonly hint: string | null;
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
  const waiting = waitingToLand(fleet);
  const all = [...waiting, ...asked.filter(({ id }) => waiting.every((one) => one.id !== id))];
  const rows = new Map<string, PredictedLanding>();
  const queues = new Map<string, Queued[]>();
  const graph = new Graph(fleet.store.snapshot());
  const would = new Set<string>();
  const around = await landingAround(fleet);
  const via = (issue: Issue): Via => effective(around.config, issue).value("via");
  for (const issue of all) {
    const found = await landable(fleet, issue, tooEarly(graph, issue, would));
    if (found.kind === "refused") {
      rows.set(issue.id, refusedRow(issue, via(issue), found));
      continue;
    }
    would.add(issue.id);
    const { landing } = found;
    // Of one remote and of one repository each is one queue.
    const key = `${landing.source.commonDir}\0${landing.remote?.url ?? ""}`;
    queues.set(key, [...(queues.get(key) ?? []), { issue, landing }]);
  }
  for (const queue of queues.values()) {
    const [first] = queue;
    if (first === undefined) continue;
    const landings = queue.map(({ landing }) => landing);
    const predicted = await predict(landerOf(around, first.landing, fleet.now, {}), landings);
    for (const [at, { issue, landing }] of queue.entries())
      rows.set(
        issue.id,
        rowOf(issue, via(issue), { landing, prediction: predicted[at]?.prediction ?? { kind: "lands" } }),
      );
  }
  return (named.length === 0 ? all : asked).flatMap(({ id }) => rows.get(id) ?? []);
}

interface Foretold {
  readonly landing: Landing;
  readonly prediction: Prediction;
}

interface Queued {
  readonly issue: Issue;
  readonly landing: Landing;
}

type Landable =
  | { readonly kind: "lands"; readonly landing: Landing }
  | ({ readonly kind: "refused"; readonly target: string } & Withdrawn);

/** As `fleet land` would answer before it begins. */
async function landable(fleet: Fleet, issue: Issue, early: Withdrawn | undefined): Promise<Landable> {
  const { id } = issue;
  const workspace = readWorkspace(fleet.home, id);
  const target = (workspace === undefined ? undefined : targetOf(issue, workspace)) ?? "";
  const unfit = workspace === undefined ? nothingToLand(fleet, issue) : (unfitAs(issue, false) ?? early);
  if (workspace === undefined || unfit !== undefined)
    return { kind: "refused", target, ...(unfit ?? nothingToLand(fleet, issue)) };
  try {
    return { kind: "lands", landing: await landingOf(await landingAround(fleet), issue, workspace) };
  } catch (error) {
    // What can't land keeps nothing else from it.
    if (!(error instanceof LandingError)) throw error;
    return { kind: "refused", target, why: error.message, mend: error.mend ?? `fleet explain ${id}` };
  }
}

const refusedRow = (
  { id, title }: Issue,
  via: Via,
  { target, why, mend }: Extract<Landable, { kind: "refused" }>,
): PredictedLanding => ({
  id,
  title,
  target,
  repository: "",
  via,
  would: "refused",
  why,
  hint: mend,
  commit: null,
  files: [],
  tasks: [],
});

function rowOf({ id, title }: Issue, via: Via, { landing, prediction }: Foretold): PredictedLanding {
  const isConflict = prediction.kind === "conflict";
  return {
    id,
    title,
    target: landing.target,
    repository: placeOf(landing),
    via,
    would: prediction.kind,
    why: prediction.kind === "no-target" ? prediction.why : null,
    hint: prediction.kind === "no-target" ? `fleet land ${id}` : null,
    commit: prediction.kind === "landed" ? prediction.commit : null,
    files: isConflict ? prediction.files : [],
    tasks: isConflict ? prediction.tasks : [],
  };
}
