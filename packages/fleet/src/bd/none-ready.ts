/** Where the other tasks are, printed when none is ready. Pure. */
import type { Issue } from "@fleet/store/issue";
import type { Status } from "@fleet/store/status";

export function noneReady(live: readonly Pick<Issue, "status">[]): string {
  const count = (status: Status): number => live.filter((issue) => issue.status === status).length;
  const [open, working] = [count("open"), count("in_progress")];
  if (open + working === 0 && count("blocked") === 0) return "No open issues";
  const others = (
    [
      ["in progress", working],
      ["blocked", count("blocked")],
    ] as const
  ).filter(([, n]) => n > 0);
  if (others.length === 0) return "No ready work found (all issues have blocking dependencies)";
  const waiting = open === 0 ? [] : [`${open} with blocking dependencies or filtered out`];
  return `No ready work found (${[...others.map(([what, n]) => `${n} ${what}`), ...waiting].join(", ")})`;
}
