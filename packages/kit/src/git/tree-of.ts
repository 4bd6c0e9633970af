/**
 * The files of a commit of somebody's repository, in a working tree of their own: with a git directory, an index and refs of
 * its own, which borrows the objects. Whatever runs in there changes nothing of that repository.
 */
import { join } from "node:path";

import { replaceFile } from "../files.ts";
import { copyTree } from "../copy.ts";
import { alternatesText } from "./alternates.ts";
import type { Environment } from "./environment.ts";
import type { GitAnswer } from "./git.ts";
import { gitObjects } from "./own-objects.ts";
import { packedText, shownIn } from "./refs.ts";
import { configText, countingOf } from "./settings.ts";
import type { Source } from "./source.ts";

interface Wanted {
  /** Undefined: as before the first commit. */
  readonly commit: string | undefined;
  /** Where it is to be, which is not there yet. */
  readonly at: string;
  readonly env: Environment;
  /** Milliseconds. */
  readonly timeout: number;
}

const put = (path: string, text: string): void => replaceFile(path, text, { sync: false, mode: 0o644 });

/**
 * Makes it. Of settings those count that say how files are written, and no program that the repository names runs; what LFS
 * keeps elsewhere stays the pointer that was committed, because LFS would write into the repository to fetch it.
 */
export async function treeOf(source: Source, { commit, at, env, timeout }: Wanted): Promise<GitAnswer> {
  const dot = join(at, ".git");
  const init = ["init", "-q", "--template=", `--object-format=${source.format}`, "-b", "base", at];
  const made = await gitObjects(init, { env });
  if (made.kind !== "ok") return made;
  const settings = countingOf(source.settings).settings.filter(({ key }) =>
    /^core\.(?!repositoryformat|sparse)/.test(key),
  );
  put(join(dot, "config"), configText([...FORMAT[source.format], ...settings, OWN_FILES]));
  put(join(dot, "objects", "info", "alternates"), alternatesText([source.objects]));
  if (source.isShallow) copyTree(join(source.commonDir, "shallow"), join(dot, "shallow"));
  put(join(dot, "packed-refs"), packedText(shownIn(source.refs)));
  if (commit === undefined) return made;
  put(join(dot, "HEAD"), `${commit}\n`);
  const where = { GIT_WORK_TREE: at, GIT_LFS_SKIP_SMUDGE: "1", GIT_NO_LAZY_FETCH: "1" };
  return await gitObjects(["-C", at, "read-tree", "-m", "-u", "HEAD"], { env, gitDir: dot, where }, { timeout });
}

const setting = (key: string, value: string) => ({ scope: "", key, value });
const OWN_FILES = setting("core.bare", "false");
const FORMAT = {
  sha1: [setting("core.repositoryformatversion", "0")],
  sha256: [setting("core.repositoryformatversion", "1"), setting("extensions.objectformat", "sha256")],
} as const;
