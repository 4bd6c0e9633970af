/**
 * A task's workspace, ready for an attempt: the existing one, verified, or a new one. A task has one, shared by its attempts. After a
 * kill at any point the next call makes it again.
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
  /** `why`: a sentence that says what to change. */
  | { readonly kind: "refused"; readonly why: string };

export interface Asked {
  readonly task: string;
  /** The task's own directory, in the source. */
  readonly cwd: string;
  /** The target branch; default: the one that is checked out there. */
  readonly target?: string | undefined;
  /** The base, if it is not known yet. */
  readonly base?: BaseWanted;
  /** How its work lands; undefined where it does not. */
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
  // A new workspace has to be set up again.
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

/** How many of the files copied beside its commit are listed by name. */
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

/** A depot whose source was moved borrows from nowhere; found again by the task's directory. */
async function followSource({ home, env }: Making, { depot, source_ref: ref }: WorkspaceRecord, { task, cwd }: Asked) {
  if (ref === undefined || borrowsFromWhatIsThere(depot) || !existsSync(cwd)) return;
  const found = await readSource(cwd, env);
  if (found.kind === "source" && isSourceOf(home, found.source, task)) borrow(depot, found.source);
}

/** Keeps a fetched remote branch from being older in the clone than it was when the base was found. */
const newerRefs = ({ base, base_from: from }: WorkspaceRecord): Ref[] =>
  from?.kind === "fresh" && from.remote !== "."
    ? [{ oid: base, name: `refs/remotes/${from.remote}/${from.branch}` }]
    : [];

/** The ports were released when the workspace was deleted. */
function withPorts(home: string, task: string, record: WorkspaceRecord): WorkspaceRecord {
  const ports = record.ports ?? portsOf(home, task);
  return ports === undefined ? record : { ...record, ports };
}

/** The tip of the earlier attempt's branch as it was taken back; else the base. */
const tipOf = ({ depot, base }: WorkspaceRecord, task: string): string =>
  lastKept(keptIn(depot, task), task, "branch")?.ref.oid ?? base;
