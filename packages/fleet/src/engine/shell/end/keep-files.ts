/**
 * At the end of an attempt that worked in a person's directory: its files as they are, as a snapshot in fleet's depot of that
 * repository. Nothing of the repository changes. The end of the attempt waits for it so long and no longer.
 */
import { basename, join } from "node:path";

import { clock as now } from "@fleet/kit/clock";
import { readSource, type Source } from "@fleet/kit/git/source";
import { shortageOf } from "@fleet/kit/shortage";
import { sizeText } from "@fleet/kit/size";
import { thereAt } from "@fleet/kit/there";

import type { Listing } from "../../../attempts/evidence/listing.ts";
import { readTaken, writeTaken } from "../../../attempts/records/taken.ts";
import { effective } from "../../../settings/effective/effective.ts";
import { openDepot } from "../../../workspaces/depot.ts";
import { isPartial } from "../../../workspaces/direct.ts";
import { makeWorkDir } from "../../../workspaces/paths.ts";
import { roomFor } from "../../../workspaces/source-for.ts";
import { WorkspaceError } from "../../../workspaces/trouble.ts";
import { takeBack } from "../../../workspaces/take-back.ts";
import { recordOf } from "../../core/attempt.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { aboutAttempt } from "../state/journal.ts";

/** A file that is larger is left out: bytes. */
const LARGEST = 50_000_000;
/** The most bytes of changed and new files together; more is data that is not meant to be committed. */
const MOST = 500_000_000;

/** `seen`: what the directory shows now. */
export async function keepFiles(context: Context, handle: Handle, seen: Listing): Promise<void> {
  const { home, env, clock, journal, tuning } = context;
  const { dir, task } = handle;
  const record = recordOf(handle);
  const changed = changedIn(seen);
  if (record === undefined || record.source !== undefined || changed === undefined || readTaken(dir) !== undefined)
    return;
  const issue = context.store.snapshot().issue(task);
  if (issue === undefined || effective(context.config(), issue).value("snapshots") === "off") return;
  const making = { home, env, now: () => clock.wall(), until: now() + tuning.snapshotPatience };
  try {
    const found = await readSource(seen.top, env);
    if (found.kind !== "source" || found.source.isBare) return;
    if (changed.isCut) throw new WorkspaceError("failed", "too many files differ from what was committed");
    const { large, bytes } = sizesOf(found.source.top, changed.paths);
    if (bytes > MOST) throw new WorkspaceError("failed", `${sizeText(bytes)} of it are not committed`);
    const { source } = found;
    makeWorkDir(home);
    if (isPartial(source)) throw new WorkspaceError("failed", "it is a partial clone, whose objects can't be kept");
    const { needed, free } = roomFor(home, found);
    if (needed > free)
      throw new WorkspaceError("failed", `its objects take ${sizeText(needed)}, and ${sizeText(free)} are free`);
    const depot = await openedInTime(making, source);
    const { top, format } = source;
    const taking = { task, attempt: basename(dir), depot, top, format, base: record.base_commit };
    const taken = await takeBack(making, { ...taking, without: large });
    const left = [...taken.left, ...large.map((path) => `${path} (too large)`)];
    writeTaken(dir, { kind: "taken", ...taken, nested: [], left });
    if (left.length > 0) journal.write("trouble", `not in its snapshot: ${left.join("; ")}`, aboutAttempt(handle));
  } catch (error) {
    if (shortageOf(error) !== undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    writeTaken(dir, { kind: "not-taken", why });
    const without = "to do without: fleet config set snapshots=off, or snapshots: off of the project";
    journal.write("trouble", `no snapshot of ${seen.top}: ${why} (${without})`, aboutAttempt(handle));
  }
}

interface Changed {
  /** From the top. */
  readonly paths: readonly string[];
  readonly isCut: boolean;
}

/** Uncommitted paths; undefined if there is no repository, or git could not be asked. */
function changedIn(seen: Listing): Changed | undefined {
  switch (seen.kind) {
    case "git":
      return seen.blind === true
        ? undefined
        : { paths: [...Object.keys(seen.dirty), ...Object.keys(seen.unread ?? {})], isCut: seen.cut === true };
    case "files":
      return seen.repository === undefined ? undefined : { paths: seen.repository.dirty, isCut: seen.cut };
    case "blind":
      return undefined;
  }
}

function sizesOf(top: string, paths: readonly string[]): { readonly large: string[]; readonly bytes: number } {
  const large: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const seen = thereAt(join(top, path));
    if (seen?.isFile() !== true) continue;
    if (seen.size > LARGEST) large.push(path);
    else bytes += seen.size;
  }
  return { large, bytes };
}

/**
 * The depot of a large repository may take minutes to make. That continues when nobody waits for it any more: the next attempt
 * finds it there.
 */
async function openedInTime(
  making: Parameters<typeof openDepot>[0] & { until: number },
  source: Source,
): Promise<string> {
  const patience = making.until - now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new WorkspaceError("held", "its depot is still being made; the next attempt will have it")),
      patience,
    );
  });
  try {
    return await Promise.race([openDepot(making, source, patience), late]);
  } finally {
    clearTimeout(timer);
  }
}
