/** A person takes one of the tasks of an experiment: it goes on to review, to landing or to its end; the others close, and what they made is kept. */
import { pick as pickTask } from "@fleet/store/ops/experiment";
import { experimentOf } from "@fleet/store/claims";

import { effective } from "../../settings/effective/effective.ts";
import type { Fleet } from "../open.ts";
import { approve } from "./approve.ts";

export interface PickedOne {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** What it waits for now; null where it is closed. */
  readonly waits_for: "review" | "landing" | null;
  /** The others. */
  readonly closed: readonly string[];
}

export async function pick(fleet: Fleet, named: string, words: string): Promise<PickedOne> {
  await fleet.allow({ kind: "command", words: "fleet pick" });
  const isFirst = experimentOf(fleet.find(named)) !== undefined;
  const act = await fleet.act();
  const { issue, closed } = await fleet.store.transact(act, (snapshot) =>
    pickTask(snapshot, act, { id: named, words }),
  );
  const { id, title } = issue;
  const others = closed.length === 0 ? "" : `, and not ${closed.join(", ")}`;
  if (isFirst) await fleet.told("pick", `${act.actor} picked ${id}${others}`, { task: id, by: act.actor });
  const { config } = await fleet.settings();
  if (effective(config, issue).value("review") === "person")
    return { id, title, status: issue.status, waits_for: "review", closed };
  const { status } = await approve(fleet, id, "");
  return { id, title, status, waits_for: status === "closed" ? null : "landing", closed };
}
