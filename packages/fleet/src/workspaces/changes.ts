/**
 * A person's uncommitted changes as a commit in the depot, for a task that begins with them. Their index, files and repository stay
 * as they are.
 */
import { refreshDepot } from "./depot.ts";
import type { Making } from "./making.ts";
import { depotDir, makeWorkDir } from "./paths.ts";
import { lookAtSource } from "./source-for.ts";
import { takeBack } from "./take-back.ts";

export type Kept =
  | { readonly kind: "kept"; readonly commit: string; readonly left: readonly string[] }
  /** `why`: a sentence that says what to change. */
  | { readonly kind: "refused"; readonly why: string };

/** The ref that keeps it until the task's own base does. `name`: unique. */
const changesRef = (name: string): string => `refs/changes/${name}`;

export async function keepChanges(making: Making, cwd: string, name: string): Promise<Kept> {
  const looked = await lookAtSource(making, cwd);
  if (looked.kind === "refused") return looked;
  const { source } = looked;
  if (source.isBare) return { kind: "refused", why: `${source.top} has no working tree` };
  makeWorkDir(making.home);
  const depot = depotDir(making.home, source.commonDir);
  await refreshDepot(making, source, depot);
  const { snapshot, left } = await takeBack(making, {
    task: "changes",
    attempt: name,
    depot,
    top: source.top,
    into: changesRef(name),
    message: "What was not committed when the task was made\n",
  });
  return { kind: "kept", commit: snapshot, left };
}
