/** Finds files that conflicted and were committed with the conflict markers still in them. */
import { borrowing } from "@fleet/kit/git/alternates";
import type { Environment } from "@fleet/kit/git/environment";
import { gitObjects } from "@fleet/kit/git/own-objects";

export interface Asked {
  readonly env: Environment;
  readonly depot: string;
  /** Object directory of the source, where the commit may be. */
  readonly objects: string;
}

export async function withMarkers(
  { env, depot, objects }: Asked,
  commit: string,
  files: readonly string[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const where = { env, gitDir: depot, where: borrowing(objects) };
  const marks = ["-e", "^<<<<<<< ", "--or", "-e", "^>>>>>>> "];
  const found = await gitObjects(["grep", "-z", "-l", "-I", "--all-match", ...marks, commit, "--", ...files], where);
  if (found.kind !== "ok") return [];
  return found.stdout
    .split("\0")
    .filter((name) => name !== "")
    .map((name) => name.slice(commit.length + 1));
}
