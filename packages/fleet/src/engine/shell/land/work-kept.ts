/**
 * The work of a task as fleet keeps it: between which commits, in which depot, and what of it can be read there. For whoever looks
 * at it, says a word on it or lands it.
 */
import { ifReadable } from "@fleet/kit/errors";
import { borrowing } from "@fleet/kit/git/alternates";
import type { Environment } from "@fleet/kit/git/environment";
import { isOid } from "@fleet/kit/git/oid";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readSource, type Source } from "@fleet/kit/git/source";
import { baseOf } from "@fleet/store/claims";
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";
import type { Seen } from "@fleet/store/ops/review";

import { attemptsOf, type AttemptDir } from "../../../attempts/records/paths.ts";
import { readAttempt } from "../../../attempts/records/record.ts";
import type { WorkNow } from "../../core/approval.ts";
import { begunAt } from "../../../landing/begun.ts";
import { readLanding } from "../../../landing/record.ts";
import { type KeptAttempt, keptOf, lastKept } from "../../../workspaces/kept.ts";
import { type AskGit, measuredFrom } from "../../../workspaces/measured.ts";
import { changesFrom, readWorkspace } from "../../../workspaces/record.ts";
import { wentOn } from "../../../workspaces/went-on.ts";
import { type AskWork, contentBetween } from "../../../workspaces/work-content.ts";

export interface KeptWork {
  readonly base: string;
  /** The commit of all files at the end of its last attempt, what was not committed too. */
  readonly head: string;
  readonly ask: AskWork;
  readonly depot: string;
  /** The objects of the person's repository, where that is there. */
  readonly objects: string | undefined;
  /** The tip of its target, where its work is for a branch that is there. */
  readonly tip: string | undefined;
}

interface Around {
  readonly home: string;
  readonly world: { readonly env: Environment };
}

/** The attempt in which the work of the task began. */
export function firstAttempt(home: string, issue: Issue): AttemptDir | undefined {
  const uuid = baseOf(issue);
  const all = attemptsOf(home, issue.id);
  return all.find(({ dir }) => ifReadable(() => readAttempt(dir))?.uuid === uuid) ?? all.at(-1);
}

/**
 * Undefined where nothing is kept, or nobody knows where it began. As what would land: where a person went on with its branch, what
 * they made. `at`: that commit instead.
 */
export async function keptWork(
  { home, world: { env } }: Around,
  issue: Issue,
  at?: string,
): Promise<KeptWork | undefined> {
  const { id } = issue;
  const kept = keptOf(home, id);
  const found = lastKept(kept, id, "snapshot");
  if (found === undefined) return undefined;
  const { depot, ref } = found;
  const workspace = readWorkspace(home, id);
  const source = workspace === undefined ? undefined : await sourceAt(workspace.source.top, env);
  const where = source === undefined ? {} : borrowing(source.objects);
  const ask: AskGit = async (args, input = "") => await gitObjects(args, { env, gitDir: depot, where }, { input });
  const place = { ask, depot, objects: source?.objects };
  if (workspace === undefined) {
    const first = firstAttempt(home, issue);
    const base = first === undefined ? undefined : ifReadable(() => readAttempt(first.dir))?.base_commit;
    return base !== undefined && isOid(base) ? { ...place, base, head: at ?? ref.oid, tip: undefined } : undefined;
  }
  const target = setting(issue, "target") ?? workspace.target;
  const tip = source?.refs.find(({ name }) => name === `refs/heads/${target}`)?.oid;
  const { branch } = workspace;
  const base = changesFrom(workspace);
  const head = at ?? (await followed(ask, id, { kept, source, branch })) ?? ref.oid;
  if (tip === undefined) return { ...place, base, head, tip };
  const begun = await begunAt({ ask }, readLanding(home, id), { base, head, tip });
  return { ...place, base: await measuredFrom(ask, { tip, base: begun, head }), head, tip };
}

interface Where {
  readonly kept: readonly KeptAttempt[];
  readonly source: Source | undefined;
  readonly branch: string;
}

/** The task's branch in the person's repository, where that leads on from what was kept of it. */
async function followed(ask: AskGit, id: string, { kept, source, branch }: Where): Promise<string | undefined> {
  const [tip, files] = [lastKept(kept, id, "branch")?.ref.oid, lastKept(kept, id, "snapshot")?.ref.oid];
  const theirs = source?.refs.find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  if (tip === undefined || files === undefined) return undefined;
  const went = await wentOn(ask, { tip, files }, theirs);
  return went.kind === "on" ? went.head : undefined;
}

async function sourceAt(top: string, env: Environment): Promise<Source | undefined> {
  const found = await readSource(top, env);
  return found.kind === "source" ? found.source : undefined;
}

type Known = Omit<WorkNow, "replayed">;

/** The content that an approval compares; `also`: paths that are included even if nothing changed in them. */
export async function workNow({ ask, base, head }: KeptWork, also: readonly string[] = []): Promise<Known> {
  const asked = await ask(["rev-parse", "--verify", "-q", `${head}^{tree}`]);
  return {
    base,
    tree: asked.kind === "ok" ? asked.stdout.trim() : undefined,
    content: await contentBetween(ask, base, head, also),
  };
}

/** The record that an approval of it writes. */
export async function seenNow(fleet: Around, issue: Issue): Promise<Seen> {
  const work = await keptWork(fleet, issue);
  if (work === undefined) return {};
  const { tree, content } = await workNow(work);
  return {
    base: work.base,
    head: work.head,
    ...(tree === undefined ? {} : { tree }),
    ...(content === undefined ? {} : { content: content.all }),
    ...(content?.files === undefined ? {} : { files: content.files }),
  };
}
