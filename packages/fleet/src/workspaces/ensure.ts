/**
 * A task's workspace, ready: the one that is there, proven, or one that is made. One a task, shared by its attempts. Killed at
 * any point, it is made again by the next one who asks.
 */
import { existsSync, statSync } from "node:fs";

import { roomOn } from "@fleet/kit/room";
import { readSource, type Source } from "@fleet/kit/git/source";
import { refsIn } from "@fleet/kit/git/refs-in";

import { bytesOf } from "../attempts/records/removal.ts";
import { alternatesOf, makeClone } from "./clone.ts";
import { fillDepot } from "./depot.ts";
import type { Making } from "./making.ts";
import { branchOf, depotDir, isInWork, makeWorkDir, workDir, workspaceDir } from "./paths.ts";
import { portsOf } from "./ports.ts";
import { prove } from "./proof.ts";
import { readWorkspace, type WorkspaceRecord, writeWorkspace } from "./record.ts";
import { refusalOf, refusalText } from "./refuse.ts";

export type Ensured =
  | { readonly kind: "ready"; readonly record: WorkspaceRecord; readonly isNew: boolean }
  /** `why`: a sentence with what changes it. */
  | { readonly kind: "refused"; readonly why: string };

export interface Asked {
  readonly task: string;
  /** The task's own directory, in the source. */
  readonly cwd: string;
  /** The branch that its work is for; unless given, the one that is checked out there. */
  readonly target?: string | undefined;
}

export async function ensureWorkspace(making: Making, { task, cwd, target }: Asked): Promise<Ensured> {
  const { home } = making;
  const known = readWorkspace(home, task);
  if (known?.ready === true) {
    const proof = await prove(making, known);
    if (proof.kind === "whole") return { kind: "ready", record: known, isNew: false };
    if (proof.kind === "damaged") return { kind: "refused", why: `its workspace can't be used: ${proof.why}` };
  }
  makeWorkDir(home);
  const found = await readSource(cwd, making.env);
  const refusal = refusalOf({
    found,
    isOfFleet: isInWork(home, cwd),
    ...(await room(making, found)),
  });
  if (refusal !== undefined) return { kind: "refused", why: refusalText(refusal, cwd) };
  if (found.kind !== "source") throw new Error("a source without a repository is refused");
  const { source } = found;
  const record = known ?? newRecord(making, { task, target }, source);
  writeWorkspace(home, task, { ...record, ready: false });
  making.at?.("recorded");
  await fillDepot(making, source, { id: task, base: record.base });
  const { dir, branch, depot } = record;
  await makeClone(making, source, { task, dir, depot, branch, tip: tipOf(record, task) });
  const made = { ...record, ready: true };
  const proof = await prove(making, made);
  if (proof.kind !== "whole")
    return {
      kind: "refused",
      why: `its workspace can't be used: ${proof.kind === "gone" ? `${dir} is gone` : proof.why}`,
    };
  writeWorkspace(home, task, made);
  return { kind: "ready", record: made, isNew: true };
}

function newRecord({ home, now }: Making, { task, target }: Omit<Asked, "cwd">, source: Source): WorkspaceRecord {
  const depot = depotDir(home, source.commonDir);
  const { head } = source;
  const branch = target ?? (head.kind === "branch" ? head.name : undefined);
  const ports = portsOf(home, task);
  return {
    dir: workspaceDir(home, task),
    below: source.below,
    branch: branchOf(task),
    base: head.oid ?? "",
    ...(branch === undefined ? {} : { target: branch }),
    source: { top: source.top, common_dir: source.commonDir },
    depot,
    ...(ports === undefined ? {} : { ports }),
    alternates: alternatesOf(depot),
    made_at: new Date(now()).toISOString(),
    ready: false,
  };
}

/** Where an earlier attempt's branch stood when it was taken back; else the base. */
function tipOf({ depot, base }: WorkspaceRecord, task: string): string {
  const taken = refsIn(depot, `refs/attempts/${task}`).filter(({ name }) => name.endsWith("/branch"));
  const number = (name: string): number => Number.parseInt(name.split("/")[3] ?? "", 10);
  return taken.toSorted((a, b) => number(a.name) - number(b.name)).at(-1)?.oid ?? base;
}

/** A tenth more than the objects take: they are packed anew. */
const SPARE = 1.1;

/** What has to be copied, where the disk can't link, and what there is room for. */
async function room({ home }: Making, found: Awaited<ReturnType<typeof readSource>>) {
  if (found.kind !== "source" || existsSync(depotDir(home, found.source.commonDir))) return { needed: 0, free: 0 };
  const isSameDisk = statSync(workDir(home)).dev === statSync(found.source.objects).dev;
  return { needed: isSameDisk ? 0 : bytesOf(found.source.objects) * SPARE, free: roomOn(workDir(home)) };
}
