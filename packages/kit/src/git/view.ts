/**
 * A view of somebody's git directory: a temporary one with links to the objects and refs that are there, copies of HEAD and
 * the index, and a configuration of our own. Through it git reads the repository as it is and runs nothing that the repository
 * names: no setting, hook or attribute of it is in force, and an agent that changes them meanwhile changes nothing here.
 * (Overriding each setting by `-c` was the alternative: whatever is configured between the look at the settings and the
 * command would run, and so would what the next release of git invents.)
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { diskTrouble } from "../errors.ts";
import { discard } from "../files.ts";
import type { Environment } from "./environment.ts";
import { onUntimelyEnd } from "../process/cleanup.ts";
import { MIB, readBounded, readBytes } from "../read.ts";
import { thereAt } from "../there.ts";

const COMMON = ["objects", "refs", "packed-refs", "logs", "info", "shallow", "reftable", "lfs"];
/** Files of a working tree: each linked one has its own. */
const OWN = ["refs", "logs", "info", "reftable"];
/** Parts of a split index. */
const SHARED_INDEX = /^sharedindex\.[0-9a-f]{40,64}$/;
const MOST_SHARED = 100;

export interface View {
  /** The value for GIT_DIR. */
  readonly gitDir: string;
  readonly remove: () => void;
}

const NAME = /^fleet-git-[A-Za-z0-9]{6}$/;
/** Milliseconds; a look at a repository is bounded to seconds. */
const ABANDONED = 3_600_000;

/** Removes the views that killed processes left in there. `now`: milliseconds since 1970. */
export function sweepViews(room: string, now: number): void {
  for (const name of readdirSync(room)) {
    const path = join(room, name);
    const seen = NAME.test(name) ? thereAt(path) : undefined;
    if (seen?.isDirectory() === true && now - seen.mtimeMs > ABANDONED) discard(path);
  }
}

/** Where there is room for a view: in TMPDIR, else where systems have it. One that is missing is nobody's fault here. */
export const roomFor = (env: Environment): string =>
  [env["TMPDIR"], tmpdir()].find((dir) => dir !== undefined && isDirectory(dir)) ?? "/tmp";

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isThere = (path: string): boolean => thereAt(path) !== undefined;

function link(from: string, to: string, names: readonly string[]): void {
  for (const name of names) if (isThere(join(from, name))) symlinkSync(join(from, name), join(to, name));
}

const sharedIndexes = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => SHARED_INDEX.test(name))
    .slice(0, MOST_SHARED);

/** Changes the copy of an index. */
type Revealing = (index: Buffer) => void;

/** An index of a million files has about 100 MB. */
const MOST_INDEX = 1024 * MIB;

/**
 * A copy, because `git diff` writes an index that it has refreshed, whatever it is told about locks. Not newer than the
 * original: what changed when that was written is recognized by its time. Throws for one that can't be read.
 */
export function copyIndex(path: string, to: string, reveal: Revealing = () => undefined): void {
  const seen = statSync(path, { throwIfNoEntry: false });
  const bytes = seen === undefined ? undefined : readBytes(path, { most: MOST_INDEX, links: "follow" });
  if (seen === undefined || bytes === undefined) return;
  reveal(bytes);
  writeFileSync(to, bytes);
  const seconds = Math.floor(seen.mtimeMs) / 1000;
  utimesSync(to, seconds, seconds);
}

/** The index of a working tree, for a git directory of our own. */
export function takeIndex(from: string, to: string, reveal?: Revealing): void {
  link(from, to, sharedIndexes(from));
  copyIndex(join(from, "index"), join(to, "index"), reveal);
}

/** False where HEAD is none that git could read. */
function copyHead(from: string, to: string): boolean {
  const path = join(from, "HEAD");
  // As git made it long ago.
  if (thereAt(path)?.isSymbolicLink() === true) {
    symlinkSync(readlinkSync(path), join(to, "HEAD"));
    return true;
  }
  const head = readBounded(path, { most: 4096 });
  if (head.kind !== "text") return false;
  writeFileSync(join(to, "HEAD"), head.text);
  return true;
}

export interface Viewed {
  readonly gitDir: string;
  /** Another one in a linked working tree. */
  readonly commonDir: string;
  /** For temporary files. */
  readonly room: string;
  readonly reveal: Revealing;
}

/** A room that has no room is told as that, and not as the repository's trouble. */
function newDir(room: string): string {
  try {
    return mkdtempSync(join(room, "fleet-git-"));
  } catch (error) {
    throw diskTrouble(error, room);
  }
}

/** Undefined where there is no HEAD to be read. */
export function makeView({ gitDir, commonDir, room, reveal }: Viewed, config: string): View | undefined {
  const dir = newDir(room);
  const isOver = onUntimelyEnd(() => discard(dir));
  const remove = (): void => {
    isOver();
    discard(dir);
  };
  try {
    link(commonDir, dir, COMMON);
    writeFileSync(join(dir, "config"), config);
    if (gitDir === commonDir) {
      takeIndex(gitDir, dir, reveal);
      if (copyHead(gitDir, dir)) return { gitDir: dir, remove };
    } else {
      const own = join(dir, "worktrees", "view");
      mkdirSync(own, { recursive: true });
      link(gitDir, own, OWN);
      takeIndex(gitDir, own, reveal);
      writeFileSync(join(own, "commondir"), "../..\n");
      if (copyHead(gitDir, own) && (isThere(join(dir, "HEAD")) || copyHead(commonDir, dir)))
        return { gitDir: own, remove };
    }
    remove();
    return undefined;
  } catch (error) {
    remove();
    throw error;
  }
}
