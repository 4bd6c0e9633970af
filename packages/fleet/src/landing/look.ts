/**
 * Whether a task is on its target, answered only by looking at the target. Either a recorded candidate is an ancestor of the tip; or,
 * where the history was rewritten since, a commit there names the work in its trailers.
 */
import { type InTree, isAncestor } from "./git-in-tree.ts";
import { HEAD_TRAILER } from "./message.ts";
import { type Intent, type LandingRecord, mayBeUndone, voided } from "./record.ts";

/** Without landings that were undone, if the target has the undoing commit. */
export async function withoutUndone(tree: InTree, record: LandingRecord, tip: string): Promise<LandingRecord> {
  const { undo } = record;
  if (undo === undefined || !mayBeUndone(record) || !(await isAncestor(tree, undo.candidate, tip))) return record;
  return voided(record, undo.at);
}

/** The commit of the target that has the work; undefined where none has. */
export async function landedAs(tree: InTree, intents: readonly Intent[], tip: string): Promise<string | undefined> {
  for (const { candidate } of intents.toReversed()) if (await isAncestor(tree, candidate, tip)) return candidate;
  for (const intent of intents.toReversed()) {
    const [rewritten] = await namedIn(tree, intent, tip);
    if (rewritten !== undefined) return rewritten;
  }
  return undefined;
}

/**
 * The commits of the target that name the work, newest first: those on its first-parent line, else those that were merged into it.
 * Only in commits newer than the base: an earlier landing of the same work may have been undone.
 */
export async function namedIn(tree: InTree, { tip: old, head }: Intent, tip: string): Promise<string[]> {
  const shared = await tree.ask(["merge-base", old, tip]);
  const since = shared.kind === "ok" ? [`^${shared.stdout.trim()}`] : [];
  for (const line of [["--first-parent"], []]) {
    const asked = ["log", ...line, "-F", `--grep=${HEAD_TRAILER}: ${head}`, "--format=%H", tip, ...since];
    const found = await tree.ask(asked);
    const named = found.kind === "ok" ? found.stdout.split("\n").filter((commit) => commit !== "") : [];
    if (named.length > 0) return named;
  }
  return [];
}
