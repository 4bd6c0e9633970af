/**
 * What could not land is gone on with in its workspace, in which the merge of its target is open. Looked at before each start: an
 * attempt may have been ended before it was over, and its target may have moved on.
 */
import { join } from "node:path";

import type { Clock } from "@fleet/kit/clock";
import { borrowing } from "@fleet/kit/git/alternates";
import { git, reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Issue } from "@fleet/store/issue";

import { begunAt } from "../../../landing/begun.ts";
import { type Back, backOf, readLanding, writeLanding } from "../../../landing/record.ts";
import { openMerge, type Opened } from "../../../workspaces/open-merge.ts";
import { keptIn, lastKept } from "../../../workspaces/kept.ts";
import type { AskGit } from "../../../workspaces/measured.ts";
import { changesFrom, type WorkspaceRecord } from "../../../workspaces/record.ts";
import type { Context } from "../loop/context.ts";
import type { Journal } from "../state/journal.ts";

interface Around extends Pick<Context, "home" | "env"> {
  readonly clock: Pick<Clock, "wall">;
  readonly journal: Pick<Journal, "write">;
}

export async function giveBack(around: Around, { id }: Pick<Issue, "id">, record: WorkspaceRecord): Promise<void> {
  const { home, env, clock, journal } = around;
  const back = backOf(readLanding(home, id));
  if (back === undefined) return;
  const { target } = back;
  const known = await tipNow(around, record, back);
  const base = known.kind === "not" ? undefined : await baseAt(around, id, record, known.tip);
  const opened: Opened =
    known.kind === "not"
      ? known
      : await openMerge(
          { home, env, now: () => clock.wall() },
          { task: id, record, target, tip: known.tip, base, from: record.source.common_dir },
        );
  if (opened.kind === "not") journal.write("land", `no merge was left open for it: ${opened.why}`, { task: id });
  if (opened.kind !== "open" || known.kind === "not") return;
  const { files } = opened;
  writeLanding(home, id, { ...readLanding(home, id), back: { ...back, tip: known.tip, files: [...files] } });
  const where = files.length === 0 ? "" : `; it conflicts in ${files.join(", ")}`;
  journal.write("land", `the merge of ${target} is open in its workspace${where}`, { task: id });
}

/** As its landing sees it. */
async function baseAt({ home, env }: Around, task: string, record: WorkspaceRecord, tip: string): Promise<string> {
  const { depot, source } = record;
  const where = { env, gitDir: depot, where: borrowing(join(source.common_dir, "objects")) };
  const ask: AskGit = async (args, input = "") => await gitObjects(args, where, { input });
  const head = lastKept(keptIn(depot, task), task, "branch")?.ref.oid ?? record.base;
  return await begunAt({ ask }, readLanding(home, task), { base: changesFrom(record), head, tip });
}

type Known = { readonly kind: "tip"; readonly tip: string } | Extract<Opened, { kind: "not" }>;

/** Of a remote's branch: as whoever tried to land it fetched it into the source, where a branch of that name is another one. */
async function tipNow({ env }: Around, { source }: WorkspaceRecord, { target, remote, tip }: Back): Promise<Known> {
  if (remote !== undefined) return { kind: "tip", tip };
  const { top } = source;
  const ref = `refs/heads/${target}^{commit}`;
  const asked = await git({ place: "person", env, dir: top }, ["rev-parse", "--verify", "-q", ref]);
  if (asked.kind === "ok") return { kind: "tip", tip: asked.stdout.trim() };
  const how = asked.kind === "unavailable" ? `: ${reasonOf(asked)}` : "";
  return { kind: "not", why: `${target} of ${top} can't be read${how}` };
}
