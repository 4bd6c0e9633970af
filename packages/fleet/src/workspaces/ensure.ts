/**
 * A task's workspace, ready: the one that is there, proven, or one that is made. One a task, shared by its attempts. Killed at
 * any point, it is made again by the next one who asks.
 */
import { existsSync } from "node:fs";

import { readSource, type Source } from "@fleet/kit/git/source";
import type { Ref } from "@fleet/kit/git/refs";

import { aloneIn } from "./alone.ts";
import { alternatesOf, makeClone } from "./clone.ts";
import { type Base, type BaseWanted, findBase } from "./base.ts";
import { notYet, targetThere } from "./beginning.ts";
import { borrow, borrowsFromWhatIsThere, isPartial, isSourceOf } from "./direct.ts";
import { fillDepot } from "./depot.ts";
import { keptIn, lastKept } from "./kept.ts";
import type { Making } from "./making.ts";
import { branchOf, depotDir, workspaceDir } from "./paths.ts";
import { portsOf } from "./ports.ts";
import { prove, proveMade } from "./proof.ts";
import { readWorkspace, type WorkspaceRecord, writeWorkspace } from "./record.ts";
import type { Via } from "../settings/land.ts";
import { lookAtSource } from "./source-for.ts";
import { sourceRef } from "./source-refs.ts";

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
  /** Where it begins, if that is not known yet. */
  readonly base?: BaseWanted;
  /** How its work is to land; undefined where nothing of it is. */
  readonly via?: Via | undefined;
}

export const ensureWorkspace = async (making: Making, asked: Asked): Promise<Ensured> =>
  await aloneIn(making.home, asked.task, async () => await ensured(making, asked));

async function ensured(making: Making, { task, cwd, target, base, via }: Asked): Promise<Ensured> {
  const { home } = making;
  const known = readWorkspace(home, task);
  if (known?.ready === true) {
    await followSource(making, known, { task, cwd });
    const proof = await prove(making, known);
    if (proof.kind === "whole") return { kind: "ready", record: known, isNew: false };
    if (proof.kind !== "gone") return { kind: "refused", why: `its workspace can't be used: ${proof.why}` };
  }
  const looked = await lookAtSource(making, cwd);
  if (looked.kind === "refused") return looked;
  const { source } = looked;
  if (known === undefined || known.unbased === true) {
    const yet = notYet(source, { target, via, base: base?.kind === "fresh" ? "fresh" : undefined });
    if (yet !== undefined) return { kind: "refused", why: yet.why };
  }
  const begun = known === undefined ? newRecord(making, { task, target }, source) : withPorts(home, task, known);
  writeWorkspace(home, task, { ...begun, ready: false });
  making.at?.("recorded");
  const { depot } = begun;
  const find = async (fetched: Source): Promise<Base> =>
    begun.unbased === true
      ? await findBase(making, fetched, { task, depot, target: begun.target, wanted: base ?? { kind: "head" } })
      : { kind: "base", commit: begun.base, from: begun.base_from ?? { kind: "head" } };
  const found = await fillDepot(making, source, { depot, task, find });
  if (found.kind === "refused") return found;
  // What is made anew has to be set up anew.
  const { unbased: _found, setup: _former, included: _copied, restoring: _half, ...rest } = begun;
  const { top, commonDir } = source;
  const record = { ...rest, source: { top, common_dir: commonDir }, base: found.commit, base_from: found.from };
  writeWorkspace(home, task, { ...record, ready: false });
  making.at?.("based");
  const { dir, branch } = record;
  const wanted = { task, dir, depot, branch, tip: tipOf(record, task), newer: newerRefs(record) };
  const copied = await makeClone(making, source, wanted);
  const included = { files: copied.length, first: copied.slice(0, MOST_NAMED) };
  const made = { ...record, ...(copied.length === 0 ? {} : { included }), ready: true };
  const proof = await proveMade(making, made);
  if (proof.kind !== "whole")
    return {
      kind: "refused",
      why: `its workspace can't be used: ${proof.kind === "gone" ? `${dir} is gone` : proof.why}`,
    };
  writeWorkspace(home, task, made);
  return { kind: "ready", record: made, isNew: true };
}

/** Of the files that it got beside its commit, so many are kept by name. */
const MOST_NAMED = 20;

function newRecord({ home, now }: Making, { task, target }: Omit<Asked, "cwd">, source: Source): WorkspaceRecord {
  const depot = depotDir(home, source.commonDir);
  const branch = targetThere(source, target);
  const ports = portsOf(home, task);
  return {
    dir: workspaceDir(home, task),
    below: source.below,
    branch: branchOf(task),
    base: source.head.oid ?? "",
    unbased: true,
    ...(branch === undefined ? {} : { target: branch }),
    ...(isPartial(source) ? { source_ref: sourceRef(home, task) } : {}),
    source: { top: source.top, common_dir: source.commonDir },
    depot,
    ...(ports === undefined ? {} : { ports }),
    alternates: alternatesOf(depot),
    made_at: new Date(now()).toISOString(),
    ready: false,
  };
}

/** A depot that borrows from a source which was moved: found again where the task's directory is now. */
async function followSource({ home, env }: Making, { depot, source_ref: ref }: WorkspaceRecord, { task, cwd }: Asked) {
  if (ref === undefined || borrowsFromWhatIsThere(depot) || !existsSync(cwd)) return;
  const found = await readSource(cwd, env);
  if (found.kind === "source" && isSourceOf(home, found.source, task)) borrow(depot, found.source);
}

/** A branch of a remote that was fetched is not older in the clone than it was found. */
const newerRefs = ({ base, base_from: from }: WorkspaceRecord): Ref[] =>
  from?.kind === "fresh" && from.remote !== "."
    ? [{ oid: base, name: `refs/remotes/${from.remote}/${from.branch}` }]
    : [];

/** They were given back when it was deleted. */
function withPorts(home: string, task: string, record: WorkspaceRecord): WorkspaceRecord {
  const ports = record.ports ?? portsOf(home, task);
  return ports === undefined ? record : { ...record, ports };
}

/** Where an earlier attempt's branch stood when it was taken back; else the base. */
const tipOf = ({ depot, base }: WorkspaceRecord, task: string): string =>
  lastKept(keptIn(depot, task), task, "branch")?.ref.oid ?? base;
