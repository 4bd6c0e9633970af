/** Puts the workspace of a task back to how it was before one of its attempts, when a person asks. */
import { existsSync } from "node:fs";

import { heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { aloneIn } from "../../workspaces/alone.ts";
import { keptIn } from "../../workspaces/kept.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { inUse } from "../../workspaces/remove.ts";
import { before, restoreWorkspace } from "../../workspaces/restore.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";

export interface RestoredTask {
  readonly dir: string;
  readonly branch: string;
  readonly commit: string;
  /** Where in the depot that is kept which was there before. */
  readonly replaced: string;
  readonly depot: string;
}

export async function restore(fleet: Fleet, { id }: Issue, n: number | undefined): Promise<RestoredTask> {
  const { home, world, store } = fleet;
  await fleet.allow({ kind: "command", words: "fleet task ID restore" });
  if (n === undefined || n < 1)
    throw new CommandError("before which attempt?", `fleet task ${id} restore --before N`, EXIT.usage);
  const record = readWorkspace(home, id);
  if (record === undefined)
    throw new CommandError(
      `${id} works in its directory, which is yours: only a clone is put back`,
      n === 1 ? `fleet task ${id}` : `fleet checkout ${id} --attempt ${n - 1}`,
    );
  const newest = Math.max(
    0,
    ...attemptsOf(home, id).map((one) => one.n),
    ...keptIn(record.depot, id).map(({ attempt }) => Number.parseInt(attempt, 10)),
  );
  if (n > newest + 1)
    throw new CommandError(`${id} has no attempt ${n}; its newest is ${newest}`, `fleet task ${id}`, EXIT.usage);
  const { dir, branch, depot, base } = record;
  if (!existsSync(dir))
    throw new CommandError(`the workspace of ${id} is gone; it is made again by its next attempt`, `fleet retry ${id}`);
  const making = { home, env: world.env, now: fleet.now };
  const done = await aloneIn(home, id, async () => {
    // Checked when no one else can enter it any more: an attempt that is claimed from now on waits until it is put back.
    const by = heldBy(store.snapshot().issue(id) ?? fleet.find(id));
    if (by !== undefined) throw new CommandError(`attempt ${by.n} of ${id} is at work in it`, `fleet kill ${id}`);
    const used = inUse(dir);
    if (used !== undefined) throw new CommandError(used, `fleet task ${id} restore --before ${n}`);
    return await restoreWorkspace(making, id, record, before(keptIn(depot, id), base, n));
  });
  if (done.kind === "refused") throw new CommandError(`nothing was put back: ${done.why}`, done.mend);
  return { dir, branch, commit: done.commit, replaced: done.replaced, depot };
}
