/** One task, and what would change that it does not start: what `fleet explain` says. */
import { endsBy, REASONS } from "../../engine/core/reason-table.ts";
import { remedies } from "../../engine/core/remedies.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import type { Fleet } from "../open.ts";
import { type TaskRow, taskRow } from "./overview.ts";

/** `fleet explain ID --json` prints exactly this. */
export interface Explanation extends TaskRow {
  /** What ends it by itself, in words; when, if that is known, is `not_before`. Null where nothing does. */
  readonly ends: string | null;
  /** What a person could type to change it. */
  readonly commands: readonly string[];
}

export async function explanation(fleet: Fleet, named: string): Promise<Explanation> {
  const { home, store, now } = fleet;
  const issue = fleet.find(named);
  const row = taskRow(home, store.snapshot(), await fleet.settings(), now(), issue);
  if (row.why !== null) return { ...row, ends: endsBy(row.why), commands: remedies(row.id, row.why) };
  switch (row.state) {
    case "running":
      return { ...row, ...running(home, row) };
    case "closed":
      return { ...row, ends: null, commands: [`fleet task ${row.id} receipt`, `fleet bd reopen ${row.id}`] };
    case "needs-you":
    case "waiting":
    case "ready":
    case "blocked":
    case "held":
    case "container":
      return { ...row, ends: null, commands: [] };
  }
}

function running(home: string, { id, liveness }: TaskRow): Pick<Explanation, "ends" | "commands"> {
  const log = `fleet task ${id} log -f`;
  // It can be ended only where it is.
  if (liveness?.kind === "elsewhere") return { ends: REASONS.running.itself, commands: [log] };
  if (liveness?.kind === "dead" && leaderOf(home).kind === "none")
    return { ends: null, commands: ["fleet run start", log] };
  return { ends: REASONS.running.itself, commands: [log, `fleet kill ${id}`] };
}
