/** fleet's refs in a person's repository: candidates and, in a partial clone, tasks' bases. */
import { join } from "node:path";

import { removeEmptyDirs } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Ref } from "@fleet/kit/git/refs";
import { refsIn } from "@fleet/kit/git/refs-in";
import { gitDirOf } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";

import type { Making } from "./making.ts";
import { done } from "./trouble.ts";

/** Two homes that work in one repository have separate refs. */
const marked = (home: string): string => `refs/fleet/${homeId(gitDirOf(home)).slice(0, 8)}`;

export const sourceRef = (home: string, task: string): string => `${marked(home)}/base/${task}`;

export interface SourceRef extends Ref {
  readonly kind: "land" | "base";
  readonly task: string;
}

/** This home's refs. */
export const sourceRefsIn = (home: string, commonDir: string): SourceRef[] =>
  refsIn(commonDir, marked(home)).flatMap((ref) => {
    const [kind, task] = ref.name.slice(marked(home).length + 1).split("/");
    return (kind === "land" || kind === "base") && task !== undefined ? [{ ...ref, kind, task }] : [];
  });

/** Deletes those that still have the value seen, and directories that are empty then. */
export async function dropSourceRefs({ env }: Making, commonDir: string, refs: readonly Ref[]): Promise<void> {
  const input = refs.map(({ name, oid }) => `delete ${name} ${oid}\n`).join("");
  if (input === "") return;
  const asked = await gitObjects(["update-ref", "--stdin"], { env, gitDir: commonDir }, { input });
  done(asked, "delete refs in the source", commonDir);
  for (const { name } of refs) {
    const parts = name.split("/");
    const above = parts.slice(2).map((_part, n) => join(commonDir, ...parts.slice(0, parts.length - 1 - n)));
    removeEmptyDirs(above);
  }
}
