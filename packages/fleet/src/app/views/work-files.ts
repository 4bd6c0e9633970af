/** The files of a task's work, line by line, as a person reviews them: of what is kept, else as they are in its directory. */
import { join } from "node:path";

import { openRepository } from "@fleet/kit/git/repository";
import { MIB, readBounded } from "@fleet/kit/read";
import { reviewOf } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { cwdOf } from "../../engine/core/tasks.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { keptWork } from "../../engine/shell/land/work-kept.ts";

export interface WorkFiles {
  /** The commit that has them; empty where none does. */
  readonly head: string;
  /** What paths are relative to: where it is, and where it came from. */
  readonly tops: readonly string[];
  /** Undefined where there is no such file, or it is no text. */
  readonly linesOf: (path: string) => Promise<readonly string[] | undefined>;
}

/** A file that is larger is nothing that somebody reads line by line. */
const MOST = 8 * MIB;

export async function workFiles(fleet: Pick<Fleet, "home" | "world">, issue: Issue): Promise<WorkFiles> {
  const work = await keptWork(fleet, issue);
  if (work !== undefined) {
    const { ask, head } = work;
    const workspace = readWorkspace(fleet.home, issue.id);
    return {
      head,
      tops: workspace === undefined ? [await topOf(fleet, cwdOf(issue))] : [workspace.source.top, workspace.dir],
      linesOf: async (path) => {
        const shown = await ask(["cat-file", "blob", `${head}:${path}`]);
        return shown.kind === "ok" ? linesIn(shown.stdout) : undefined;
      },
    };
  }
  // What is there is what the work began with, or nothing of it.
  if (reviewOf(issue)?.head !== undefined && attemptsOf(fleet.home, issue.id).length === 0) throw workElsewhere(issue);
  const top = await topOf(fleet, cwdOf(issue));
  return {
    head: "",
    tops: [top],
    linesOf: async (path) => {
      if (path.split("/").includes("..")) return undefined;
      const seen = readBounded(join(top, path), { most: MOST });
      return seen.kind === "text" ? linesIn(seen.text) : undefined;
    },
  };
}

export const workElsewhere = ({ id }: Pick<Issue, "id">): CommandError =>
  new CommandError(
    `no attempt of ${id} ran in this home, and what they made is in the one where they did`,
    `fleet review ${id}, there`,
  );

async function topOf({ world: { env } }: Pick<Fleet, "world">, cwd: string): Promise<string> {
  const found = await openRepository(cwd, env);
  if (found.kind !== "repository") return cwd;
  const { top, close } = found.repository;
  close();
  return top;
}

function linesIn(text: string): readonly string[] | undefined {
  if (text.includes("\0")) return undefined;
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
