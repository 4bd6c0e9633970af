/** A working tree of a home to edit by hand, in which git merges as fleet does. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { readText } from "@fleet/kit/read";
import { shellWord } from "@fleet/kit/shell";
import { gitDirOf, homePath } from "@fleet/store/home";
import { cloneHome } from "@fleet/store/merge/clone";
import { decodeMeta } from "@fleet/store/meta";
import { installPushHook, rememberCommand } from "@fleet/store/push-hook";

import { selfCommand } from "../../program/self.ts";
import { fromCwd } from "../cwd.ts";
import { CommandError, EXIT } from "../errors.ts";
import { refuse, type World } from "../open.ts";

export interface Cloned {
  readonly dir: string;
  readonly home: string;
  /** False: a clone that was there is set up. */
  readonly created: boolean;
}

/** `given`: another home than one's own, a path or what git finds. */
export async function clone(world: World, into: string | undefined, given: string | undefined): Promise<Cloned> {
  const own = homePath(world.env, world.cwd);
  await refuse(world, own, { kind: "command", words: "fleet clone" });
  const dir = fromCwd(world, into);
  const isThere = existsSync(join(dir, ".git"));
  const home = given === undefined ? own : fromCwd(world, given);
  const isHome = existsSync(join(gitDirOf(home), "fleet"));
  if (isThere && existsSync(join(dir, ".git", "fleet")))
    throw new CommandError(`${dir} is a home, not a clone of one`, "fleet clone OTHER-DIR", EXIT.usage);
  if (isThere && !isCloneOfHome(dir))
    throw new CommandError(
      `${dir} is a git repository, but no clone of a fleet home, so nothing of it was changed`,
      `fleet clone ${shellWord(join(dir, "fleet-queue"))}`,
      EXIT.usage,
    );
  if (!isThere && !isHome && given === undefined)
    throw new CommandError(`there is no fleet home at ${home}`, "fleet init");
  if (isHome) {
    installPushHook(gitDirOf(home));
    rememberCommand(gitDirOf(home), selfCommand());
  }
  // What is no home on this disk is git's to find.
  await cloneHome(isHome ? gitDirOf(home) : (given ?? home), dir, selfCommand(), isThere);
  return { dir, home: isHome ? home : (given ?? home), created: !isThere };
}

/** Recognized by its own files: settings of any other repository belong to its owner. */
function isCloneOfHome(dir: string): boolean {
  try {
    decodeMeta(readText(join(dir, "meta.json")) ?? "", dir);
    return statSync(join(dir, "issues")).isDirectory();
  } catch {
    return false;
  }
}
