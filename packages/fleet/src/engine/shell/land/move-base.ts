/**
 * A task that was brought onto a newer state of its target is measured from there: what others landed meanwhile is none of its work.
 * Where that state has not all of what the task began at, it is measured from both together, which nobody else has.
 */
import type { Environment } from "@fleet/kit/git/environment";
import { gitObjects } from "@fleet/kit/git/own-objects";

import { backOf, readLanding } from "../../../landing/record.ts";
import { inDepot, measuredRef } from "../../../workspaces/depot.ts";
import { type AskGit, broughtOnto } from "../../../workspaces/measured.ts";
import { changesFrom, type WorkspaceRecord, writeWorkspace } from "../../../workspaces/record.ts";
import { done } from "../../../workspaces/trouble.ts";

interface Of {
  readonly task: string;
  /** The tip of its branch. */
  readonly tip: string | undefined;
}

export async function moveBase(
  home: string,
  env: Environment,
  workspace: WorkspaceRecord,
  { task, tip }: Of,
): Promise<void> {
  const back = backOf(readLanding(home, task));
  const { depot, base, base_from: from } = workspace;
  if (back === undefined || tip === undefined || back.tip === base) return;
  const ask: AskGit = async (args, input = "") => await gitObjects(args, { env, gitDir: depot }, { input });
  if ((await ask(["merge-base", "--is-ancestor", back.tip, tip])).kind !== "ok") return;
  const { measured: _measured, ...rest } = workspace;
  const was = changesFrom(workspace);
  const both = await broughtOnto(ask, { base: was, newer: back.tip });
  // Unpublished commits of a person stay theirs if they can't be told from the work.
  const isUnclear = both.kind === "conflict" && back.remote !== undefined && from?.kind !== "needs";
  const since = both.kind === "clean" ? both.commit : isUnclear ? was : back.tip;
  const moved = { ...rest, base: back.tip };
  if (since === back.tip) {
    writeWorkspace(home, task, moved);
    return;
  }
  await inDepot(depot, async () => {
    done(await ask(["update-ref", measuredRef(task), since]), "keep what changes are measured from", depot);
  });
  writeWorkspace(home, task, { ...moved, measured: since });
}
