/**
 * One process that makes a workspace, takes it back, puts it back or deletes it, and is killed at a point of that if one is named. Bundled,
 * and run by plain node: `worker HOME REPO TASK ensure|take|restore|remove [POINT]`; it prints `done`, or what kept it from that.
 */
import { aloneIn } from "../../src/workspaces/alone.ts";
import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { keptIn } from "../../src/workspaces/kept.ts";
import type { Making } from "../../src/workspaces/making.ts";
import { readWorkspace } from "../../src/workspaces/record.ts";
import { removeWorkspace, sweepLeaving } from "../../src/workspaces/remove.ts";
import { before, restoreWorkspace } from "../../src/workspaces/restore.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";

const [home = "", repo = "", task = "", action = "", point = "", attempt = "1"] = process.argv.slice(2);

const making: Making = {
  home,
  env: process.env,
  now: Date.now,
  at: (reached) => {
    if (reached === point) process.kill(process.pid, "SIGKILL");
  },
};

async function act(): Promise<string> {
  if (action === "ensure") {
    const made = await ensureWorkspace(making, { task, cwd: repo });
    return made.kind === "ready" ? "done" : made.why;
  }
  const record = readWorkspace(home, task);
  if (record === undefined) return "no workspace";
  const { dir, depot, branch, base } = record;
  switch (action) {
    case "take": {
      const { left } = await takeBack(making, { task, attempt, depot, top: dir, branch });
      return left.length === 0 ? "done" : left.join("; ");
    }
    case "restore": {
      const to = before(keptIn(depot, task), base, Number(attempt));
      const put = await aloneIn(home, task, async () => await restoreWorkspace(making, task, record, to));
      return put.kind === "restored" ? "done" : put.why;
    }
    case "remove": {
      sweepLeaving(home);
      const gone = await removeWorkspace(making, { task, isLetGo: false, isOver: () => true });
      return gone.kind === "removed" || gone.why === "it is gone already" ? "done" : gone.why;
    }
    default:
      return `no action ${action}`;
  }
}

console.log(await act());
