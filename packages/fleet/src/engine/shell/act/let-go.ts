/** Brings an attempt's verdict into the store, and removes what only a living one needs: its short path, its cgroups. */
import { removeCgroup } from "@fleet/kit/process/cgroup";

import { checkGroup } from "../../../attempts/process/cgroup-place.ts";
import { removeShortPath } from "../../../attempts/process/short-path.ts";
import { settleAttempt } from "../end/settle-attempt.ts";
import type { Context } from "../loop/context.ts";
import type { Held } from "../loop/held.ts";
import type { Handle } from "../loop/handle.ts";
import { groupOf } from "../observe/process-table.ts";
import { removeAway } from "../state/away-file.ts";
import { unseal } from "../state/sealed.ts";

export async function letGo(context: Context, held: Held, handle: Handle): Promise<void> {
  const group = groupOf(context, handle);
  await settleAttempt(context, handle);
  held.drop(handle);
  unseal(context.home, handle.ref.uuid);
  removeAway(context.home, handle.ref.uuid);
  removeShortPath(handle.ref.uuid);
  for (const one of group === undefined ? [] : [group, checkGroup(group)]) removeCgroup(one);
}
