/**
 * Where the directory is and what it looks like before anything of the attempt lives: beside the loop, because git in a large
 * working tree takes its time, and a network disk may never answer. A small one is looked at while the start waits, so that
 * it is not put off to the next tick.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { baseOf } from "@fleet/store/claims";
import { openRepository } from "@fleet/kit/git/repository";
import { ignoresCase } from "@fleet/kit/letter-case";
import type { Issue } from "@fleet/store/issue";

import { askedOf, soughtBy } from "../../../attempts/evidence/asked.ts";
import { readBase, readBefore, writeBase, writeBefore } from "../../../attempts/evidence/files.ts";
import type { Listing } from "../../../attempts/evidence/listing.ts";
import { listBefore, placeOf } from "../../../attempts/evidence/look.ts";
import { noteNeighbours } from "../end/beside.ts";
import type { Done } from "../../core/advance.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { CannotStart } from "./not-started.ts";
import { type Entered, enterWorkspace } from "./enter-workspace.ts";
import { ownDirectory } from "./task-directory.ts";

/** For so long others wait for one start, in milliseconds. */
const AT_ONCE = 200;

/** Where it works, behind its links, and what is there. */
export interface Looked extends Entered {
  readonly before: Listing;
}

export interface Among {
  /** Every attempt that is looked after, at this moment. */
  readonly all: () => readonly Handle[];
  /** Takes what was done: each step may be the last. */
  readonly report: (done: Done) => void;
}

/**
 * Undefined while it is still looked at. A start that is repeated after a crash keeps what was seen first. Whoever is at
 * work in the same place is told as soon as that place is known: what it changes meanwhile may or may not be seen.
 */
export async function lookBefore(
  context: Context,
  handle: Handle,
  issue: Issue,
  among: Among,
): Promise<Looked | undefined> {
  const { open } = handle;
  if (open.refused !== undefined) throw open.refused;
  const look: { failed?: { readonly error: unknown }; isLate?: true } = {};
  // No caller waits for it any more: log the failure; the next tick retries.
  const fail = (error: unknown): void => {
    if (look.isLate !== true) look.failed = { error };
    // Looking again would give the same, as late.
    else if (error instanceof CannotStart) open.refused = error;
    else context.short?.(error, `look ${handle.task}`);
  };
  if (open.found === undefined)
    open.before = lookAt(context, handle, issue, among)
      .then((found) => void (open.found = found))
      .catch(fail)
      .finally(() => (open.before = undefined));
  await Promise.race([open.before, sleep(AT_ONCE, undefined, { ref: false })]);
  look.isLate = true;
  if (look.failed !== undefined) throw look.failed.error;
  return open.found;
}

async function lookAt(context: Context, handle: Handle, issue: Issue, { all, report }: Among): Promise<Looked> {
  const { dir } = handle;
  const { clock, env, home } = context;
  const where = await enterWorkspace(context, issue, await ownDirectory(context, handle, issue));
  const { cwd } = where;
  const known = readBefore(dir);
  if (known !== undefined) return { ...where, before: based(context, issue, known) };
  const found = await openRepository(cwd, env);
  const place = placeOf(found, cwd);
  report({ kind: "placed", place });
  try {
    noteNeighbours(handle, place, all(), clock.wall());
  } catch (error) {
    if (found.kind === "repository") found.repository.close();
    throw error;
  }
  const isCaseless = found.kind === "repository" && found.repository.ignoresCase;
  const sought = soughtBy(cwd, askedOf(issue, context.config(), isCaseless || ignoresCase(cwd)));
  const seen = await listBefore(found, cwd, { env, skip: home, wall: clock.wall(), sought });
  // A home that was deleted meanwhile is not made again.
  if (existsSync(dir)) writeBefore(dir, seen);
  return { ...where, before: existsSync(dir) ? based(context, issue, readBefore(dir) ?? seen) : seen };
}

/** The first look at the directory since its task was claimed anew is where the work of the task begins. */
function based({ home }: Context, issue: Issue, seen: Listing): Listing {
  const base = baseOf(issue);
  if (base !== undefined && readBase(home, issue.id, base) === undefined) writeBase(home, issue.id, base, seen);
  return seen;
}
