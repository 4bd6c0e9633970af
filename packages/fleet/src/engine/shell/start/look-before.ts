/**
 * What the directory looks like before anything of the attempt lives: beside the loop, because git in a large working tree
 * takes its time. A small one is looked at while the start waits, so that it is not put off to the next tick.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { openRepository } from "@fleet/kit/git/repository";

import { readBefore, writeBefore } from "../../../attempts/evidence/files.ts";
import { type Listing, listBefore, placeOf } from "../../../attempts/evidence/listing.ts";
import { noteNeighbours } from "../end/beside.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";

/** For so long others wait for one start, in milliseconds. */
const AT_ONCE = 200;

/**
 * Undefined while it is still looked at. A start that is repeated after a crash keeps what was seen first. Whoever is at
 * work in the same place is told now: what it changes meanwhile may or may not be seen.
 */
export async function lookBefore(
  context: Context,
  handle: Handle,
  cwd: string,
  all: readonly Handle[],
): Promise<Listing | undefined> {
  const { dir } = handle;
  const known = readBefore(dir);
  if (known !== undefined) return known;
  const { clock, env, home } = context;
  const found = await openRepository(cwd, env);
  handle.place = placeOf(found, cwd);
  try {
    noteNeighbours(handle, handle.place, all, clock.wall());
  } catch (error) {
    if (found.kind === "repository") found.repository.close();
    throw error;
  }
  const look: { failed?: { readonly error: unknown } } = {};
  handle.before = listBefore(found, cwd, { env, skip: home, wall: clock.wall() })
    // A home that was deleted meanwhile is not made again.
    .then((seen) => void (existsSync(dir) && writeBefore(dir, seen)))
    .catch((error: unknown) => void (look.failed = { error }))
    .finally(() => (handle.before = undefined));
  await Promise.race([handle.before, sleep(AT_ONCE, undefined, { ref: false })]);
  if (look.failed !== undefined) throw look.failed.error;
  return readBefore(dir);
}
