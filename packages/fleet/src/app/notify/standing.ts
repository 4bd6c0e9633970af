/** How things stand, as calls are made of it: what a look at the fleet shows, with its tasks behind it. */
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
