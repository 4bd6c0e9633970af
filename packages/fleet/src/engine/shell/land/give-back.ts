/**
 * What could not land is gone on with in its workspace, in which the merge of its target is open. Looked at before each start: an
 * attempt may have been ended before it was over, and its target may have moved on.
 */
import { git, reasonOf } from "@fleet/kit/git/git";
import type { Issue } from "@fleet/store/issue";

import { backOf, readLanding, writeLanding } from "../../../landing/record.ts";
import { openMerge, type Opened } from "../../../workspaces/open-merge.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";

export async function giveBack(context: Context, { id }: Issue, record: WorkspaceRecord): Promise<void> {
  const { home, env, clock, journal } = context;
  const landing = readLanding(home, id);
  const back = backOf(landing);
  if (back === undefined) return;
  const { target } = back;
  const { top } = record.source;
  const asked = await git({ place: "person", env, dir: top }, [
    "rev-parse",
    "--verify",
    "-q",
    `refs/heads/${target}^{commit}`,
  ]);
  const tip = asked.kind === "ok" ? asked.stdout.trim() : undefined;
  const opened: Opened =
    tip === undefined
      ? {
          kind: "not",
          why: `${target} of ${top} can't be read${asked.kind === "unavailable" ? `: ${reasonOf(asked)}` : ""}`,
        }
      : await openMerge(
          { home, env, now: () => clock.wall() },
          { task: id, record, target, tip, from: record.source.common_dir },
        );
  if (opened.kind === "not") journal.write("land", `no merge was left open for it: ${opened.why}`, { task: id });
  if (opened.kind !== "open" || tip === undefined) return;
  const { files } = opened;
  writeLanding(home, id, { ...readLanding(home, id), back: { ...back, tip, files: [...files] } });
  const where = files.length === 0 ? "" : `; it conflicts in ${files.join(", ")}`;
  journal.write("land", `the merge of ${target} is open in its workspace${where}`, { task: id });
}
