/** Why tasks wait, in short: those that wait for the same kind of thing together. Pure. */
import { remedies } from "../../engine/core/remedies.ts";
import type { TaskRow } from "./overview.ts";

/** Tasks of one state that wait for one kind of reason. */
export interface Together {
  readonly first: TaskRow;
  readonly count: number;
}

/** Most of them first. */
export function together(rows: readonly TaskRow[]): readonly Together[] {
  const groups = new Map<string | undefined, { first: TaskRow; count: number }>();
  for (const row of rows) {
    const group = groups.get(row.why?.kind);
    if (group === undefined) groups.set(row.why?.kind, { first: row, count: 1 });
    else group.count++;
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

/** As `run status` tells it, and its `--json`. */
export interface Waits extends Pick<TaskRow, "state" | "reason" | "why"> {
  readonly tasks: number;
  /** The id of one of them, whose reason this is. */
  readonly first: string;
  /** What a person could type to change it for that one. */
  readonly commands: readonly string[];
}

/** Of these a person has to ask why nothing happens; of the others the state says it. */
const TELLS: readonly TaskRow["state"][] = ["needs-you", "held", "waiting", "ready"];

export const waits = (rows: readonly TaskRow[]): readonly Waits[] =>
  TELLS.flatMap((state) =>
    together(rows.filter((row) => row.state === state)).flatMap(({ first: { id, reason, why }, count }) =>
      why === null ? [] : [{ state, tasks: count, first: id, reason, why, commands: remedies(id, why) }],
    ),
  );
