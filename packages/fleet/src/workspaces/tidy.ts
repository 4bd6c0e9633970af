/** Prunes discarded work from a depot, once no clone borrows from it: what a clone would miss is unknown. */
import { lstatSync } from "node:fs";
import { join } from "node:path";

import { discard, replaceFile } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";

import { list } from "@fleet/kit/list";
import { inDepot } from "./depot.ts";
import { LONG, type Making } from "./making.ts";

/** Its refs are deleted, its objects not yet all; a later call continues. */
const markAt = (depot: string): string => join(depot, "fleet-untidy");

export const markUntidy = (depot: string): void => replaceFile(markAt(depot), "", { sync: false });

/** Does nothing if nothing was discarded since. */
export async function tidyDepot({ env }: Making, depot: string): Promise<void> {
  if (lstatSync(markAt(depot), { throwIfNoEntry: false }) === undefined) return;
  await inDepot(depot, async () => {
    const where = { env, gitDir: depot };
    // Objects shared with the source take no space here, and the source prunes them itself.
    const kept = sharedPacks(depot).map((name) => `--keep-pack=${name}`);
    const packed = await gitObjects(["repack", "-q", "-a", "-d", "-l", ...kept], where, { timeout: LONG });
    const pruned = await gitObjects(["prune", "--expire=now"], where, { timeout: LONG });
    if (packed.kind === "ok" && pruned.kind === "ok") discard(markAt(depot));
  });
}

function sharedPacks(depot: string): string[] {
  const dir = join(depot, "objects", "pack");
  return list(dir).filter(
    (name) => name.endsWith(".pack") && (lstatSync(join(dir, name), { throwIfNoEntry: false })?.nlink ?? 1) > 1,
  );
}
