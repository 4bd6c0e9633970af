/** Finds the repository of a directory, and whether workspaces can be made of it. Read-only. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { type FoundSource, readSource, type Source } from "@fleet/kit/git/source";
import { roomOn } from "@fleet/kit/room";

import { bytesOf } from "../attempts/records/removal.ts";
import { type Beginning, type NotYet, notYet } from "./beginning.ts";
import { isPartial } from "./direct.ts";
import type { Making } from "./making.ts";
import { depotDir, isInWork, workDir } from "./paths.ts";
import { refusalOf, refusalText } from "./refuse.ts";

export type SourceFor =
  | { readonly kind: "possible"; readonly source: Source }
  | ({ readonly kind: "refused" } & NotYet);

export async function lookAtSource(
  { home, env }: Pick<Making, "home" | "env">,
  cwd: string,
  beginning: Beginning = {},
): Promise<SourceFor> {
  const found = await readSource(cwd, env);
  const refusal = refusalOf({
    found,
    isOfFleet: isInWork(home, cwd),
    isClosed: found.kind === "source" && isPartial(found.source) && !canWrite(found.source.commonDir),
    ...roomFor(home, found),
  });
  if (refusal !== undefined) return { kind: "refused", why: refusalText(refusal, cwd), otherwise: "--isolate none" };
  if (found.kind !== "source") throw new Error("a source without a repository is refused");
  const { source } = found;
  const yet = notYet(source, beginning);
  return yet === undefined ? { kind: "possible", source } : { kind: "refused", ...yet };
}

function canWrite(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A tenth more than the objects take, because they are repacked. */
const SPARE = 1.1;

/** The home may not exist yet. */
const thereAbove = (dir: string): string => (existsSync(dir) ? dir : thereAbove(dirname(dir)));

/** Bytes to copy where the disk can't link, and free bytes. */
export function roomFor(home: string, found: FoundSource): { readonly needed: number; readonly free: number } {
  // For a partial clone nothing is copied.
  if (found.kind !== "source" || isPartial(found.source) || existsSync(depotDir(home, found.source.commonDir)))
    return { needed: 0, free: 0 };
  const work = thereAbove(workDir(home));
  const isSameDisk = statSync(work).dev === statSync(found.source.objects).dev;
  return { needed: isSameDisk ? 0 : bytesOf(found.source.objects) * SPARE, free: roomOn(work) };
}
