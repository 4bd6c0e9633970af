/** The objects of work that was let go, out of a depot: once no clone borrows from it, because nobody can say what one would miss. */
import { lstatSync } from "node:fs";
import { join } from "node:path";

import { discard, replaceFile } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";

import { list } from "../attempts/records/paths.ts";
import { inDepot } from "./depot.ts";
import { LONG, type Making } from "./making.ts";

/** Its refs are gone, and not all of its objects: a later deletion goes on. */
const markAt = (depot: string): string => join(depot, "fleet-untidy");

export const markUntidy = (depot: string): void => replaceFile(markAt(depot), "", { sync: false });

/** Does nothing where nothing was let go since. */
export async function tidyDepot({ env }: Making, depot: string): Promise<void> {
  if (lstatSync(markAt(depot), { throwIfNoEntry: false }) === undefined) return;
  await inDepot(depot, async () => {
    const where = { env, gitDir: depot };
    // What the source has, too, takes no room here, and is let go there.
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
