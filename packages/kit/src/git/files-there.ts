/** The files of a working tree, by git's names. Links are not followed. */
import type { Stats } from "node:fs";
import { join } from "node:path";

import { listEntries } from "../list.ts";

import type { Standing } from "./in-the-way.ts";
import { thereAt } from "../there.ts";

export const lookIn =
  (dir: string) =>
  (path: string): Standing =>
    standingBy(thereAt(join(dir, path)));

function standingBy(stat: Stats | undefined): Standing {
  if (stat === undefined) return "absent";
  if (stat.isSymbolicLink()) return "link";
  if (stat.isDirectory()) return "directory";
  return stat.isFile() ? "file" : "other";
}

/** All files below a directory, as paths of git's. */
export const filesBelow =
  (dir: string) =>
  (path: string): string[] =>
    listEntries(join(dir, path)).flatMap((entry) => {
      const one = `${path}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(dir)(one) : [one];
    });

export const isExecutable = (path: string): boolean => ((thereAt(path)?.mode ?? 0) & 0o100) !== 0;
