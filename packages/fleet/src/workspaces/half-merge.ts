/**
 * Reverts a merge whose process was killed while it wrote files: its note tells what it wrote, and the workspace goes back to the
 * state before the merge. What somebody changed meanwhile stays.
 */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { discard, removeFile, replaceFile } from "@fleet/kit/files";
import { parseChanged } from "@fleet/kit/git/changed-paths";
import { lookIn } from "@fleet/kit/git/files-there";
import type { GitAnswer } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import { MIB, readBytes, readText } from "@fleet/kit/read";

import { done, WorkspaceError } from "./trouble.ts";

/** `tree`: the files that were being written; undefined in notes of older versions, which have only the two sides. */
export interface HalfMerge {
  readonly ours: string;
  readonly tree: string | undefined;
}

const NOTE = "fleet-merge";
const OF_MERGE = ["MERGE_HEAD", "MERGE_MODE", "MERGE_MSG"];

export function halfMergeIn(dot: string): HalfMerge | undefined {
  const [ours = "", tree = ""] = (readText(join(dot, NOTE)) ?? "").trim().split(/\s+/);
  return isOid(ours) ? { ours, tree: isOid(tree) ? tree : undefined } : undefined;
}

export const noteMerge = (dot: string, { ours, tree }: HalfMerge): void =>
  replaceFile(join(dot, NOTE), `${ours} ${tree ?? ""}\n`);

export const forgetMerge = (dot: string): void => removeFile(join(dot, NOTE));

export type Run = (args: readonly string[], input?: string) => Promise<GitAnswer>;

/** git with an index of its own, in `room`, over the workspace's files: a merge is made here. */
export interface Place {
  readonly run: Run;
  readonly room: string;
  readonly dir: string;
  readonly dot: string;
}

/** `tree`: as written, where the note does not say. */
export async function takeBackHalf(place: Place, half: HalfMerge, tree: string): Promise<void> {
  const { run, dir, dot } = place;
  const { ours } = half;
  const written = half.tree ?? tree;
  done(await run(["read-tree", written]), "read what was written", dir);
  await run(["update-index", "-q", "--refresh"]);
  const others = await ofOthers(place, ours, written);
  if (others.length > 0)
    done(
      await run(["update-index", "--force-remove", "-z", "--stdin"], others.map((path) => `${path}\0`).join("")),
      "leave files of others",
      dir,
    );
  done(await run(["read-tree", "--reset", "-u", ours]), "take back what was written", dir);
  putIndex(place);
  for (const name of OF_MERGE) discard(join(dot, name));
}

/** The runner of git gives no more of a blob either. Who wrote part of a larger file can't be told, so that file stays. */
const MOST_WRITTEN = 64 * MIB;

/** New files of the merge at whose path there is now something that git did not write. */
async function ofOthers({ run, dir }: Place, ours: string, tree: string): Promise<string[]> {
  const listed = done(await run(["diff-tree", "-r", "-z", "--no-renames", ours, tree]), "compare the merge", dir);
  const added = parseChanged(listed).filter(({ before }) => before === undefined);
  const files = done(await run(["diff-files", "-z", "--name-only"]), "compare the files", dir);
  const differing = new Set(files.split("\0"));
  const look = lookIn(dir);
  const others: string[] = [];
  for (const { path, after } of added) {
    if (!differing.has(path) || look(path) === "absent") continue;
    // With the line ends that the attributes ask for, as git writes it.
    const blob = await run(["cat-file", "--filters", `--path=${path}`, after?.oid ?? ""]);
    const there = ifReadable(() => readText(join(dir, path), { most: MOST_WRITTEN }));
    // git was killed while writing it, possibly in the middle of a character.
    const isPart =
      blob.kind === "ok" && there !== undefined && blob.stdout.startsWith(there.replace(/\uFFFD{1,3}$/, ""));
    if (!isPart) others.push(path);
  }
  return others;
}

/** The index of a million files is about 100 MB. */
const MOST_INDEX = 1024 * 1024 * 1024;

/** The workspace's index becomes the one in the room. */
export function putIndex({ room, dir, dot }: Place): void {
  const index = readBytes(join(room, "index"), { most: MOST_INDEX });
  if (index === undefined)
    throw new WorkspaceError("failed", "the index of the merge could not be read", { where: dir });
  replaceFile(join(dot, "index"), index, { sync: false, mode: 0o644 });
}
