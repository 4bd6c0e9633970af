/** The current state of the fleet and its tasks, from which calls are made. */
import { shownHold } from "../../engine/shell/state/machine.ts";
import type { Fleet } from "../open.ts";
import type { TopView } from "../views/top.ts";
import type { Standing } from "./call.ts";

export function standingIn(
  { home, store, now }: Pick<Fleet, "home" | "store" | "now">,
  { needs, accounts, counts }: Pick<TopView, "needs" | "accounts" | "counts">,
): Standing {
  const snapshot = store.snapshot();
  return {
    needs,
    accounts,
    counts,
    taskOf: (id) => {
      const issue = snapshot.issue(id);
      if (issue === undefined) return undefined;
      const cwd = issue.metadata?.["cwd"];
      return { title: issue.title, cwd: typeof cwd === "string" ? cwd : "", isOpen: issue.status !== "closed" };
    },
    hold: shownHold(home)?.text,
    now: now(),
  };
}
