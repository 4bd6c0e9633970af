/** A fleet's view as rows in three parts, each of which answers one question. Pure. */
import type { FinishedRow, NeedRow, TopView } from "../app/views/top.ts";
import type { TaskRow } from "../app/views/overview.ts";

/** What needs me? · What runs, and is it healthy? · What finished since I looked last? */
export type Part = "needs" | "running" | "finished";

export type Row =
  | { readonly part: "needs"; readonly key: string; readonly id: string | null; readonly need: NeedRow }
  | { readonly part: "running"; readonly key: string; readonly id: string; readonly task: TaskRow }
  | { readonly part: "finished"; readonly key: string; readonly id: string; readonly done: FinishedRow };

export interface Wanted {
  /** Only rows that contain this text, ignoring case. */
  readonly filter: string;
  /** Only what needs a person, and running tasks that are not working. */
  readonly onlyProblems: boolean;
}

/** Memoized: drawing one screen asks several times, and a queue has thousands of rows. */
const made = new WeakMap<TopView, Wanted & { readonly rows: readonly Row[] }>();

export function rowsOf(view: TopView, { filter, onlyProblems }: Wanted): readonly Row[] {
  const before = made.get(view);
  if (before?.filter === filter && before.onlyProblems === onlyProblems) return before.rows;
  const rows = rowsAnew(view, { filter, onlyProblems });
  made.set(view, { filter, onlyProblems, rows });
  return rows;
}

/** Most ticks change only the running tasks; the others, possibly thousands, are reused. */
const needRows = once((needs: TopView["needs"]): readonly Row[] =>
  needs.map((need) => {
    const key = `needs ${need.kind} ${need.id ?? need.account ?? need.command} ${need.question ?? ""}`;
    return { part: "needs", key, id: need.id, need };
  }),
);

/** Computed once for each array, as long as it is referenced. */
export function once<T extends object, R>(make: (from: T) => R): (from: T) => R {
  const made = new WeakMap<T, { readonly value: R }>();
  return (from) => {
    const known = made.get(from) ?? { value: make(from) };
    made.set(from, known);
    return known.value;
  };
}

function rowsAnew(view: TopView, { filter, onlyProblems }: Wanted): readonly Row[] {
  const rows: Row[] = [
    ...needRows(view.needs),
    ...view.running.map((task): Row => ({ part: "running", key: `running ${task.id}`, id: task.id, task })),
    ...view.finished.map((done): Row => ({ part: "finished", key: `finished ${done.id}`, id: done.id, done })),
  ];
  if (filter === "" && !onlyProblems) return rows;
  const words = filter.toLowerCase();
  return rows.filter((row) => (!onlyProblems || isProblem(row)) && (words === "" || textOf(row).includes(words)));
}

/** Running normally: needs no attention. */
const isHealthy = ({ liveness, reason }: TaskRow): boolean =>
  reason === null && (liveness === null || liveness.kind === "working" || liveness.kind === "quiet");

function isProblem(row: Row): boolean {
  switch (row.part) {
    case "needs":
      return true;
    case "running":
      return !isHealthy(row.task);
    case "finished":
      return (row.done.checks?.failed ?? 0) > 0;
  }
}

function textOf(row: Row): string {
  switch (row.part) {
    case "needs": {
      const { id, title, project, coder, reason, kind } = row.need;
      return [kind, id, title, project, coder, reason].join(" ").toLowerCase();
    }
    case "running": {
      const { id, title, project, coder, model, last_action: action, reason } = row.task;
      return [id, title, project, coder, model, action, reason].join(" ").toLowerCase();
    }
    case "finished": {
      const { id, title, project, coder, grade, reason } = row.done;
      return [id, title, project, coder, grade, reason].join(" ").toLowerCase();
    }
  }
}
