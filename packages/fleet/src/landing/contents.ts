/** Object names of a working tree's files: once through the filters that `git add` applies, once unfiltered. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import { linkText } from "@fleet/kit/read";
import { quoted } from "@fleet/kit/git/quoted";

import { type Checkout, gitIn, toldBy } from "./checkout.ts";
import { lookIn } from "@fleet/kit/git/files-there";
import { standingOf } from "@fleet/kit/git/in-the-way";

/**
 * For each regular file or link the object names that its content may have. Two, because the filtered form may differ from what was
 * committed (line ends that were committed as they were).
 */
export async function contentsOf(
  checkout: Checkout,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const look = lookIn(checkout.dir);
  const contents = new Map<string, ReadonlySet<string>>();
  for (const path of paths) {
    const text = standingOf(path, look) === "link" ? linkText(join(checkout.dir, path)) : undefined;
    if (text !== undefined) contents.set(path, new Set([blobOf(text, checkout.move.to.length)]));
  }
  const files = paths.filter((path) => standingOf(path, look) === "file");
  if (files.length === 0) return contents;
  const input = files.map((path) => `${quoted(path)}\n`).join("");
  const [filtered, plain] = await Promise.all(
    [[], ["--no-filters"]].map(async (options) => {
      const said = await gitIn(checkout, ["hash-object", "--stdin-paths", ...options], { input });
      return toldBy(said, "read its files", checkout).split("\n");
    }),
  );
  for (const [at, path] of files.entries()) contents.set(path, new Set([filtered?.[at] ?? "", plain?.[at] ?? ""]));
  return contents;
}

/** The name of a blob, in the repository's hash format, which the length of its names tells. */
function blobOf(text: string, length: number): string {
  const bytes = Buffer.from(text);
  return createHash(length > 40 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}
