/** Where the files of a task are: its directory, or its clone of that, with what is known of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { shellWord } from "@fleet/kit/shell";
import { isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { readAttempt } from "../../attempts/records/record.ts";
import { cwdOf } from "../../engine/core/tasks.ts";
import { baseText } from "../../workspaces/base-from.ts";
import { EACH } from "../../workspaces/ports.ts";
import { readWorkspace, type WorkspaceRecord, workspaceVariables } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";

/** A clone, as it was made. `--json` prints exactly this. */
export interface CloneView {
  /** Its top. */
  readonly dir: string;
  readonly branch: string;
  /** The commit that it began at. */
  readonly base: string;
  /** What that is, where it is not what was checked out: "origin/main, fetched". */
  readonly base_from: string | null;
  /** The branch that its work is for; null where none was checked out in the source. */
  readonly target: string | null;
  /** The top of the repository that it is a clone of. */
  readonly source: string;
  /** The repository of fleet's own that it borrows from, and into which work is taken. */
  readonly depot: string;
  /** The first of the ports that are its own, and the last. */
  readonly ports: number | null;
  readonly last_port: number | null;
  /** How many files that git ignores it got of the source when it was made (`.worktreeinclude`), and the first of them. */
  readonly included: { readonly files: number; readonly first: readonly string[] };
  /** How it was set up, and where the output of that is; null where no project says how, and before it was. */
  readonly setup: { readonly command: string; readonly ms: number; readonly output: string } | null;
  /** What its coder keeps by directory and was given of the source when the last attempt began: memory, approvals, trust. */
  readonly of_source: readonly string[];
  /** False while it is being made, and once it was deleted: then it has no ports. */
  readonly ready: boolean;
}

export interface WorkspaceView {
  /** Where its attempts start. Empty where the task has no directory. */
  readonly path: string;
  /** Null where it works in its directory, and before its first attempt. */
  readonly clone: CloneView | null;
}

export function workspaceView(home: string, issue: Issue): WorkspaceView {
  const made = readWorkspace(home, issue.id);
  if (made === undefined) return { path: cwdOf(issue), clone: null };
  const { dir, below, branch, base, base_from, target = null, source, depot, ports = null, setup = null, ready } = made;
  const { included = { files: 0, first: [] } } = made;
  const from = base_from === undefined ? null : (baseText(base_from) ?? null);
  const clone = {
    dir,
    branch,
    base,
    base_from: from,
    target,
    source: source.top,
    depot,
    ports,
    last_port: ports === null ? null : ports + EACH - 1,
    included,
    setup,
    of_source: ofSource(home, issue.id),
    ready,
  };
  return { path: join(dir, below), clone };
}

/** Where it works, to be opened by a person here, with what its processes are told of it. */
export async function openable(
  fleet: Fleet,
  issue: Issue,
): Promise<{ readonly path: string; readonly variables: Readonly<Record<string, string>> }> {
  await fleet.allow({ kind: "command", words: "fleet task ID open" });
  const { home, store } = fleet;
  if (isElsewhere(issue, homeId(store.gitDir)))
    throw new CommandError(`an attempt of another home works on ${issue.id}: its files are there`, "fleet sync");
  const { path } = workspaceView(home, issue);
  if (path === "") throw new CommandError(`${issue.id} has no directory`, `fleet bd update ${issue.id} --cwd DIR`);
  const made = readWorkspace(home, issue.id);
  if (made !== undefined && isDeleted(made))
    throw new CommandError(
      `the workspace of ${issue.id} was deleted; what was in it is kept`,
      `fleet checkout ${shellWord(issue.id)}`,
    );
  return { path, variables: made === undefined ? {} : workspaceVariables(home, made) };
}

/** Its ports were given back. */
const isDeleted = ({ dir, ready, ports }: WorkspaceRecord): boolean =>
  !ready && ports === undefined && !existsSync(dir);

function ofSource(home: string, task: string): readonly string[] {
  const last = attemptsOf(home, task).at(-1);
  return last === undefined ? [] : (ifReadable(() => readAttempt(last.dir))?.of_source ?? []);
}
